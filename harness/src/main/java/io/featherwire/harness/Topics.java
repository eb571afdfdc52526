package io.featherwire.harness;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Creates topics on a broker of one node. */
public final class Topics {

    private static final String LARGEST = Integer.toString(16 << 20);

    private Topics() {}

    public static void create(String bootstrapServers, int partitions, List<String> names) throws InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(names.stream()
                            .map(name -> new NewTopic(name, partitions, (short) 1)
                                    .configs(Map.of("max.message.bytes", LARGEST)))
                            .toList())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "cannot create " + names + ": " + e.getCause().getMessage(), e);
        }
    }
}
