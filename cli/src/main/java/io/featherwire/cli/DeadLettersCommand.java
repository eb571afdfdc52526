package io.featherwire.cli;

import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.topic.TopicRange;
import io.featherwire.runtime.BrokerCheck;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.KafkaProperties;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.deadletter.RecordReassembly;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine;

/** Lists dead letters, and replays them to their original topics. */
final class DeadLettersCommand {

    private static final Setting<String> STAGE = Setting.text(
                    "stage", "Only dead letters of this stage, such as compressor.")
            .optional();
    private static final Setting<String> REASON = Setting.text(
                    "reason", "Only dead letters with this reason, such as CORRUPT.")
            .optional();
    private static final Setting<Instant> SINCE = instantSetting(
            "since", "Only dead letters that failed at or after this time, such as 2026-01-31T12:00:00Z.");
    private static final Setting<Instant> UNTIL =
            instantSetting("until", "Only dead letters that failed before this time.");
    private static final Setting<Boolean> DRY_RUN = Setting.flag(
                    "dry.run", "Print what would be replayed, and replay nothing.")
            .withDefault("false");
    private static final Setting<List<String>> TOPICS = Setting.list(StreamConfig.topic(
                    "topics",
                    "Topics that dead letters are replayed to. Dead letters of other topics are left out, since any "
                            + "writer of the dead-letter topic can set the topic that a dead letter names.",
                    "images"))
            .withDefault("images,labels,features,feature-batches");
    private static final List<Setting<?>> LIST =
            List.of(StreamConfig.BOOTSTRAP_SERVERS, StreamConfig.DEAD_LETTERS, STAGE, REASON, SINCE, UNTIL);
    private static final List<Setting<?>> REPLAY = List.of(
            StreamConfig.BOOTSTRAP_SERVERS, StreamConfig.DEAD_LETTERS, STAGE, REASON, SINCE, UNTIL, TOPICS, DRY_RUN);

    private DeadLettersCommand() {}

    static CommandLine commandLine() {
        return CommandGroup.commandLine(
                "dead-letters",
                "List or replay the records that could not be processed.",
                AppCommand.commandLine(
                        "list",
                        "Print a line for each dead letter, and the number for each reason.",
                        LIST,
                        DeadLettersCommand::list),
                AppCommand.commandLine(
                        "replay",
                        "Send dead letters unchanged to the topic that they came from. They also stay on the dead-letter topic.",
                        REPLAY,
                        DeadLettersCommand::replay));
    }

    private static int list(ConfigSources sources) {
        SettingValues values = sources.read(LIST);
        check(values);
        Map<String, Integer> sums = new TreeMap<>();
        forEach(values, letter -> {
            String stage = DeadLetterFilter.headerText(letter, DeadLetters.STAGE);
            String reason = DeadLetterFilter.headerText(letter, DeadLetters.REASON);
            System.out.printf(
                    Locale.ROOT,
                    "%s  %-10s  %-16s  %s-%s@%s  %,d bytes%s  %s%n",
                    Instant.ofEpochMilli(letter.timestamp()),
                    stage,
                    reason,
                    DeadLetterFilter.headerText(letter, DeadLetters.TOPIC),
                    DeadLetterFilter.headerText(letter, DeadLetters.PARTITION),
                    DeadLetterFilter.headerText(letter, DeadLetters.OFFSET),
                    letter.value() == null ? 0 : letter.value().length,
                    RecordReassembly.isPiece(letter)
                            ? ", piece " + DeadLetterFilter.headerText(letter, DeadLetters.PIECE)
                            : "",
                    DeadLetterFilter.headerText(letter, DeadLetters.MESSAGE));
            if (RecordReassembly.isFirst(letter)) {
                sums.merge(stage + " " + reason, 1, Integer::sum);
            }
        });
        sums.forEach((what, count) -> System.out.printf(Locale.ROOT, "%,8d  %s%n", count, what));
        System.out.printf(
                Locale.ROOT,
                "%,8d  in all%n",
                sums.values().stream().mapToInt(Integer::intValue).sum());
        return ExitCode.OK;
    }

    private static int replay(ConfigSources sources) throws Exception {
        SettingValues values = sources.read(REPLAY);
        check(values);
        boolean dryRun = values.get(DRY_RUN);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (var producer = createProducer(values)) {
            var replay = new DeadLetterReplay(values.get(TOPICS), record -> {
                if (!dryRun) {
                    sent.add(producer.send(record));
                }
            });
            forEach(values, replay::replay);
            producer.flush();
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
            System.out.println(replay.summary(dryRun ? "would replay" : "replayed"));
        }
        return ExitCode.OK;
    }

    private static void check(SettingValues values) {
        BrokerCheck.require(
                values.get(StreamConfig.BOOTSTRAP_SERVERS),
                values.kafka(),
                Map.of(StreamConfig.DEAD_LETTERS.key(), values.get(StreamConfig.DEAD_LETTERS)));
    }

    private static void forEach(SettingValues values, Consumer<ConsumerRecord<byte[], byte[]>> action) {
        var filter = new DeadLetterFilter(
                values.find(STAGE).orElse(null),
                values.find(REASON).orElse(null),
                values.find(SINCE).orElse(null),
                values.find(UNTIL).orElse(null));
        try (TopicRange range = TopicRange.of(
                values.get(StreamConfig.BOOTSTRAP_SERVERS), values.kafka(), values.get(StreamConfig.DEAD_LETTERS))) {
            range.forEach(range.firstOffsets(Map.of(), Optional.empty()), letter -> {
                if (filter.accepts(letter)) {
                    action.accept(letter);
                }
            });
        }
    }

    private static KafkaProducer<byte[], byte[]> createProducer(SettingValues values) {
        Map<String, Object> properties = properties(values.kafka());
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, values.get(StreamConfig.BOOTSTRAP_SERVERS));
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 512 << 20);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 512L << 20);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Map<String, Object> properties(KafkaProperties kafka) {
        Map<String, Object> properties = new HashMap<>();
        kafka.applyTo(properties);
        return properties;
    }

    private static Setting<Instant> instantSetting(String key, String about) {
        return Setting.of(key, about, "a time such as 2026-01-31T12:00:00Z", text -> {
                    try {
                        return Instant.parse(text);
                    } catch (DateTimeParseException e) {
                        throw new IllegalArgumentException(e);
                    }
                })
                .optional();
    }
}
