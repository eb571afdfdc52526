package io.featherwire.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.serde.AvroSerde;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** What comes out on the decoder side, read from the topics as any consumer would. For one thread. */
final class Outcomes implements AutoCloseable {

    private static final String CLASSIFICATIONS = "classifications";
    private static final String DEAD_LETTERS = "dead-letters";
    private static final String ACCURACY = "accuracy";
    private static final String TOTAL = "total";

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String bundle;
    private final AvroSerde<Classification> classifications = AvroSerde.of(Classification.class);
    private final AvroSerde<AccuracySnapshot> snapshots = AvroSerde.of(AccuracySnapshot.class);
    private final Set<String> classified = new HashSet<>();
    private final Set<String> dead = new HashSet<>();
    private final Map<String, Integer> deadByReason = new TreeMap<>();
    private final Timeline timeline = new Timeline();
    private long payloadBytes;
    private long firstSeenNanos;
    private @Nullable AccuracySnapshot total;

    /** @param bundle fingerprint (hex) whose accuracy is followed */
    Outcomes(String bootstrapServers, String bundle) {
        this.bundle = bundle;
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = List.of(CLASSIFICATIONS, DEAD_LETTERS, ACCURACY).stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Reads what is new, waiting a little for it. */
    void poll(Duration patience) {
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(patience)) {
            switch (message.topic()) {
                case CLASSIFICATIONS -> take(classifications.decode(message.value()));
                case DEAD_LETTERS -> takeDead(message);
                default -> take(snapshots.decode(message.value()));
            }
        }
    }

    private void take(Classification classification) {
        if (classification.getHead() != null
                || !classified.add(classification.getSensorId() + '\n' + classification.getFrameId())) {
            return;
        }
        if (classified.size() == 1) {
            firstSeenNanos = System.nanoTime();
        }
        timeline.add(
                classification.getCapturedAt().toEpochMilli(),
                classification.getClassifiedAt().toEpochMilli());
        payloadBytes += classification.getPayloadBytes();
    }

    private void takeDead(ConsumerRecord<byte[], byte[]> letter) {
        String coordinates = header(letter, DeadLetters.TOPIC)
                + header(letter, DeadLetters.PARTITION)
                + '@'
                + header(letter, DeadLetters.OFFSET);
        if (dead.add(coordinates)) {
            deadByReason.merge(
                    header(letter, DeadLetters.STAGE) + " " + header(letter, DeadLetters.REASON), 1, Integer::sum);
        }
    }

    private void take(AccuracySnapshot snapshot) {
        boolean ours = Arrays.equals(
                snapshot.getBundle().bytes(), java.util.HexFormat.of().parseHex(bundle));
        if (ours && snapshot.getWindow().equals(TOTAL)) {
            total = snapshot;
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        Header header = letter.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }

    long classified() {
        return classified.size();
    }

    long deadLetters() {
        return dead.size();
    }

    long finished() {
        return classified() + deadLetters();
    }

    /** By stage and reason. */
    Map<String, Integer> deadByReason() {
        return deadByReason;
    }

    Timeline timeline() {
        return timeline;
    }

    /** When the first classification was read here, on the clock of System.nanoTime; 0 before. */
    long firstSeenNanos() {
        return firstSeenNanos;
    }

    /** 0 if nothing was classified. */
    double payloadBytesMean() {
        return classified.isEmpty() ? 0 : (double) payloadBytes / classified.size();
    }

    /** Frames matched with a label, of all time. */
    long matched() {
        return total == null ? 0 : total.getMatched();
    }

    /** Share of the matched frames that were right; null while none is matched. */
    @Nullable
    Double accuracy() {
        return total == null || total.getMatched() == 0 ? null : (double) total.getCorrect() / total.getMatched();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
