package io.featherwire.cli;

import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.Layers;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.Values;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import picocli.CommandLine;

/** Creates the topics, and says how they are. */
final class TopicsCommand {

    private static final Setting<Integer> PARTITIONS = Setting.integer(
                    "partitions", "Partitions of the topics keyed by sensor.", 1, 10_000)
            .withDefault("8");
    private static final Setting<Integer> REPLICATION =
            Setting.integer("replication", "Copies of each record.", 1, 100).withDefault("1");
    private static final Setting<Duration> RETENTION = Setting.duration(
                    "retention",
                    "How long records are kept; images for a fifth of that.",
                    Duration.ofMinutes(1),
                    Duration.ofDays(3650))
            .withDefault("7d");
    private static final List<Setting<?>> DESCRIBE = List.of(StreamConfig.BOOTSTRAP_SERVERS);
    private static final List<Setting<?>> CREATE =
            List.of(StreamConfig.BOOTSTRAP_SERVERS, PARTITIONS, REPLICATION, RETENTION, StreamConfig.MAX_RECORD_SIZE);

    private TopicsCommand() {}

    static CommandLine commandLine() {
        return Groups.of(
                "topics",
                "Create or describe the topics.",
                AppCommand.of(
                        "create",
                        "Create the topics that are not there yet, with partitions, sizes and retention; check those"
                                + " that are.",
                        CREATE,
                        TopicsCommand::create),
                AppCommand.of("describe", "Say how the topics are.", DESCRIBE, TopicsCommand::describe));
    }

    private static int create(Layers layers) throws Exception {
        Values values = layers.read(CREATE);
        var plan = new TopicPlan(
                values.get(PARTITIONS),
                values.get(REPLICATION).shortValue(),
                values.get(RETENTION),
                values.get(StreamConfig.MAX_RECORD_SIZE));
        try (Admin admin = AdminConnection.open(values.get(StreamConfig.BOOTSTRAP_SERVERS), values.kafka())) {
            Set<String> created = create(admin, plan);
            Map<String, TopicDescription> found =
                    admin.describeTopics(names(plan)).allTopicNames().get();
            for (TopicPlan.Topic topic : plan.topics()) {
                int partitions = found.get(topic.name()).partitions().size();
                System.out.printf(
                        "%-16s %3d partitions  %s%n",
                        topic.name(), partitions, created.contains(topic.name()) ? "created" : "was there");
            }
            return checkCoPartitioning(plan, found);
        }
    }

    /** Creates what is missing; the names of what was. */
    static Set<String> create(Admin admin, TopicPlan plan) throws ExecutionException, InterruptedException {
        Set<String> created = new TreeSet<>();
        for (var result : admin.createTopics(plan.newTopics()).values().entrySet()) {
            try {
                result.getValue().get();
                created.add(result.getKey());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
        return created;
    }

    private static int checkCoPartitioning(TopicPlan plan, Map<String, TopicDescription> found) {
        Set<Integer> counts = plan.topics().stream()
                .map(TopicPlan.Topic::name)
                .filter(name -> name.equals("labels") || name.equals("features"))
                .map(name -> found.get(name).partitions().size())
                .collect(Collectors.toSet());
        if (counts.size() > 1) {
            throw new CommandException("features and labels have different numbers of partitions " + counts
                    + ": a frame and its label would not meet; delete one and create it again");
        }
        return ExitCode.OK;
    }

    private static int describe(Layers layers) throws Exception {
        Values values = layers.read(DESCRIBE);
        TopicPlan plan = TopicPlan.demo(1);
        try (Admin admin = AdminConnection.open(values.get(StreamConfig.BOOTSTRAP_SERVERS), values.kafka())) {
            Set<String> there = new TreeSet<>(admin.listTopics().names().get());
            int exit = ExitCode.OK;
            for (TopicPlan.Topic topic : plan.topics()) {
                if (there.contains(topic.name())) {
                    describe(admin, topic);
                } else {
                    System.out.printf("%-16s missing%n", topic.name());
                    exit = ExitCode.FAILED;
                }
            }
            return exit;
        }
    }

    private static void describe(Admin admin, TopicPlan.Topic topic) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        TopicDescription description = admin.describeTopics(List.of(topic.name()))
                .allTopicNames()
                .get()
                .get(topic.name());
        String settings = topic.config().keySet().stream()
                .map(key -> key + "=" + config.get(key).value())
                .collect(Collectors.joining(" "));
        System.out.printf(
                "%-16s %3d partitions  replication %d  %s%n",
                topic.name(),
                description.partitions().size(),
                description.partitions().get(0).replicas().size(),
                settings);
    }

    private static List<String> names(TopicPlan plan) {
        return plan.topics().stream().map(TopicPlan.Topic::name).toList();
    }
}
