package io.featherwire.cli;

import static java.util.Objects.requireNonNull;

import io.featherwire.cli.console.ExitCode;
import io.featherwire.runtime.BrokerCheck;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.topics.TopicPlan;
import io.featherwire.runtime.topics.TopicSetup;
import io.featherwire.runtime.topics.TopicsConfig;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import picocli.CommandLine;

/** Creates the topics and reports their configuration. */
final class TopicsCommand {

    private TopicsCommand() {}

    static CommandLine commandLine() {
        return CommandGroup.commandLine(
                "topics",
                "Create or describe the topics.",
                AppCommand.commandLine(
                        "create",
                        "Create the missing topics, with number of partitions, maximum record size and retention; check "
                                + "the existing topics; register the schemas if a registry is set.",
                        TopicsConfig.settings(),
                        TopicsCommand::create),
                AppCommand.commandLine(
                        "describe",
                        "Print the settings of the topics.",
                        TopicsConfig.settings(),
                        TopicsCommand::describe));
    }

    private static int create(ConfigSources sources) throws InterruptedException {
        TopicsConfig config = TopicsConfig.from(sources);
        BrokerCheck.require(config.get(TopicsConfig.BOOTSTRAP_SERVERS), config.kafka(), Map.of());
        for (TopicSetup.Result result : TopicSetup.create(config)) {
            System.out.printf(
                    Locale.ROOT,
                    "%-16s %3d partitions  %s%n",
                    result.topic(),
                    result.partitions(),
                    result.created() ? "created" : "existed before");
        }
        config.schemas().registry().ifPresent(url -> System.out.println("schemas registered at " + url));
        return ExitCode.OK;
    }

    private static int describe(ConfigSources sources) throws Exception {
        TopicsConfig config = TopicsConfig.from(sources);
        BrokerCheck.require(config.get(TopicsConfig.BOOTSTRAP_SERVERS), config.kafka(), Map.of());
        try (Admin admin = AdminConnection.open(config.get(TopicsConfig.BOOTSTRAP_SERVERS), config.kafka())) {
            Set<String> there = new TreeSet<>(admin.listTopics().names().get());
            int exit = ExitCode.OK;
            for (TopicPlan plan : TopicPlan.of(config)) {
                if (there.contains(plan.name())) {
                    describe(admin, plan);
                } else {
                    System.out.printf(Locale.ROOT, "%-16s missing%n", plan.name());
                    exit = ExitCode.FAILED;
                }
            }
            return exit;
        }
    }

    private static void describe(Admin admin, TopicPlan plan) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, plan.name());
        Config config = requireNonNull(
                admin.describeConfigs(List.of(resource)).all().get().get(resource), "config");
        TopicDescription description = requireNonNull(
                admin.describeTopics(List.of(plan.name())).allTopicNames().get().get(plan.name()), "topic");
        String settings = plan.config().keySet().stream()
                .sorted()
                .map(key -> key + "=" + config.get(key).value())
                .collect(Collectors.joining(" "));
        System.out.printf(
                Locale.ROOT,
                "%-16s %3d partitions  replication %d  %s%n",
                plan.name(),
                description.partitions().size(),
                description.partitions().get(0).replicas().size(),
                settings);
    }
}
