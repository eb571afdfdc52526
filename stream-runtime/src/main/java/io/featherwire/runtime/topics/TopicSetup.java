package io.featherwire.runtime.topics;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.BrokerCheck;
import io.featherwire.runtime.FailureMessages;
import io.featherwire.runtime.StartException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates the topics, and registers their schemas if a registry is configured. It does not change existing topics, so
 * it is idempotent and may run concurrently.
 */
public final class TopicSetup {

    /**
     * The outcome for one topic.
     *
     * @param created false if the topic existed
     * @param partitions the topic's number of partitions
     */
    public record Result(String topic, boolean created, int partitions) {}

    private static final Duration LEADERS_PATIENCE = Duration.ofSeconds(30);
    private static final long LEADERS_PAUSE_MS = 50;

    private TopicSetup() {}

    /**
     * Creates the missing topics and registers the schemas.
     *
     * @throws StartException if the brokers do not answer or refuse, or if the topics of labels and features have
     *     different numbers of partitions
     * @throws io.featherwire.schemas.serde.SchemaRegistryException if the registry does not answer or refuses
     */
    public static List<Result> create(TopicsConfig config) throws InterruptedException {
        requireNonNull(config, "config");
        List<TopicPlan> plans = TopicPlan.of(config);
        List<Result> results = createTopics(config, plans);
        requireCoPartitioned(config.get(TopicNames.LABELS), config.get(TopicNames.FEATURES), results);
        if (config.schemas().registry().isPresent()) {
            var serdes = config.schemas().serdes();
            plans.forEach(plan -> plan.record().ifPresent(record -> serdes.register(plan.name(), record)));
        }
        return results;
    }

    private static List<Result> createTopics(TopicsConfig config, List<TopicPlan> plans) throws InterruptedException {
        Map<String, Object> properties = new HashMap<>();
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.get(TopicsConfig.BOOTSTRAP_SERVERS));
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int)
                Math.max(1_000, config.get(TopicsConfig.START_TIMEOUT).toMillis()));
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) Math.max(
                1_000, Math.min(10_000, config.get(TopicsConfig.START_TIMEOUT).toMillis())));
        config.kafka().applyTo(properties);
        try (Admin admin = BrokerCheck.createAdmin(properties)) {
            return create(admin, plans, config.get(TopicsConfig.REPLICATION));
        } catch (ExecutionException e) {
            throw new StartException(
                    "cannot create topics at " + config.get(TopicsConfig.BOOTSTRAP_SERVERS) + ": "
                            + FailureMessages.describe(e),
                    e);
        }
    }

    /** Creates all topics in one request, which takes hardly longer than a request for one topic. */
    private static List<Result> create(Admin admin, List<TopicPlan> plans, int replication)
            throws ExecutionException, InterruptedException {
        CreateTopicsResult asked = admin.createTopics(plans.stream()
                .map(plan -> new NewTopic(plan.name(), plan.partitions(), (short) replication).configs(plan.config()))
                .toList());
        List<TopicPlan> created = new ArrayList<>();
        List<Result> results = new ArrayList<>();
        for (TopicPlan plan : plans) {
            try {
                requireNonNull(asked.values().get(plan.name()), plan.name()).get();
                created.add(plan);
                results.add(new Result(plan.name(), true, plan.partitions()));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
                var found = admin.describeTopics(List.of(plan.name()))
                        .allTopicNames()
                        .get();
                TopicDescription there = requireNonNull(found.get(plan.name()), plan.name());
                results.add(new Result(plan.name(), false, there.partitions().size()));
            }
        }
        awaitLeaders(admin, created);
        return results;
    }

    /**
     * Waits until the leader of every partition answers a request for its end offset. A producer that sends earlier may
     * lose its first batch: the leader refuses this batch but accepts the next one a moment later, so the first batch
     * is out of order at every retry (KAFKA-15591). A broker that does not know a new topic yet reports that the topic
     * does not exist, so the request is repeated for up to 30 s.
     */
    private static void awaitLeaders(Admin admin, List<TopicPlan> plans)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (TopicPlan plan : plans) {
            for (int partition = 0; partition < plan.partitions(); partition++) {
                ends.put(new TopicPartition(plan.name(), partition), OffsetSpec.latest());
            }
        }
        long deadline = System.nanoTime() + LEADERS_PATIENCE.toNanos();
        while (!haveLeaders(admin, ends, System.nanoTime() > deadline)) {
            Thread.sleep(LEADERS_PAUSE_MS);
        }
    }

    private static boolean haveLeaders(Admin admin, Map<TopicPartition, OffsetSpec> ends, boolean last)
            throws ExecutionException, InterruptedException {
        try {
            admin.listOffsets(ends).all().get();
            return true;
        } catch (ExecutionException e) {
            // A user that may create a topic need not have the right to describe it.
            if (e.getCause() instanceof AuthorizationException) {
                return true;
            }
            if (last || !(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw e;
            }
            return false;
        }
    }

    private static void requireCoPartitioned(String labels, String features, List<Result> results) {
        int ofLabels = partitions(results, labels);
        int ofFeatures = partitions(results, features);
        if (ofLabels != ofFeatures) {
            throw new StartException(
                    "labels are joined with frames only if both topics have the same number of partitions, but "
                            + labels
                            + " has " + ofLabels + " and " + features + " has " + ofFeatures
                            + "; add partitions with kafka-topics.sh --alter, or delete the topics and create them again",
                    null);
        }
    }

    private static int partitions(List<Result> results, String topic) {
        return results.stream()
                .filter(result -> result.topic().equals(topic))
                .findFirst()
                .orElseThrow()
                .partitions();
    }
}
