package io.featherwire.lab.chaos;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;

/** Fences running producers, as a second instance with an equal transactional id would. */
final class ProducerFencing {

    private ProducerFencing() {}

    /** Fences every producer whose transactional id has a prefix, and returns their number. */
    static int fenceAll(String bootstrapServers, String prefix) throws InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            List<String> ids = admin.listTransactions().all().get().stream()
                    .map(TransactionListing::transactionalId)
                    .filter(id -> id.startsWith(prefix))
                    .toList();
            admin.fenceProducers(ids).all().get();
            return ids.size();
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "cannot fence " + prefix + ": "
                            + requireNonNull(e.getCause(), "cause").getMessage(),
                    e);
        }
    }
}
