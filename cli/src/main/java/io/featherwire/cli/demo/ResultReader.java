package io.featherwire.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.serde.AvroSerde;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
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

/** Reads the results from the topics classifications, accuracy and dead-letters. Used by one thread. */
final class ResultReader implements AutoCloseable {

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
    private final FrameTimeline timeline = new FrameTimeline();
    private long payloadBytes;
    private long firstSeenNanos;
    private final Map<String, AccuracySnapshot> totals = new HashMap<>();
    private final Map<String, Long> predictions = new HashMap<>();

    /** @param bundle the fingerprint, in hexadecimal, of the bundle whose accuracy is read */
    ResultReader(String bootstrapServers, String bundle) {
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

    /** Polls once for new records. */
    void poll(Duration patience) {
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(patience)) {
            switch (message.topic()) {
                case CLASSIFICATIONS -> countClassification(classifications.decode(message.value()));
                case DEAD_LETTERS -> countDeadLetter(message);
                default -> countSnapshot(snapshots.decode(message.value()));
            }
        }
    }

    private void countClassification(Classification classification) {
        if (classification.getHeadFingerprint() != null) {
            predictions.merge(toHex(classification.getHeadFingerprint()), 1L, Long::sum);
            return;
        }
        if (!classified.add(classification.getSensorId() + '\n' + classification.getFrameId())) {
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

    private void countDeadLetter(ConsumerRecord<byte[], byte[]> letter) {
        String coordinates = headerText(letter, DeadLetters.TOPIC)
                + headerText(letter, DeadLetters.PARTITION)
                + '@'
                + headerText(letter, DeadLetters.OFFSET);
        if (dead.add(coordinates)) {
            deadByReason.merge(
                    headerText(letter, DeadLetters.STAGE) + " " + headerText(letter, DeadLetters.REASON),
                    1,
                    Integer::sum);
        }
    }

    private void countSnapshot(AccuracySnapshot snapshot) {
        if (snapshot.getWindow().equals(TOTAL)) {
            totals.put(toHex(snapshot.getBundle()), snapshot);
        }
    }

    private static String toHex(Fingerprint fingerprint) {
        return HexFormat.of().formatHex(fingerprint.bytes());
    }

    private static String headerText(ConsumerRecord<byte[], byte[]> letter, String name) {
        Header header = letter.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }

    long classifiedFrames() {
        return classified.size();
    }

    long deadLetters() {
        return dead.size();
    }

    long finishedFrames() {
        return classifiedFrames() + deadLetters();
    }

    /** Dead letters by stage and reason. */
    Map<String, Integer> deadLettersByReason() {
        return deadByReason;
    }

    FrameTimeline timeline() {
        return timeline;
    }

    /** The System.nanoTime at which the first classification was read; 0 before that. */
    long firstSeenNanos() {
        return firstSeenNanos;
    }

    /** The mean size of a payload, in bytes; 0 if nothing was classified. */
    double payloadBytesMean() {
        return classified.isEmpty() ? 0 : (double) payloadBytes / classified.size();
    }

    /** The number of classified frames with a label. */
    long matchedFrames() {
        return matchedFrames(bundle);
    }

    /** The number of frames with a label that a further head has classified. */
    long matchedFrames(String head) {
        var total = totals.get(head);
        return total == null ? 0 : total.getMatched();
    }

    /** Number of frames that a further head has classified. */
    long predictions(String head) {
        return predictions.getOrDefault(head, 0L);
    }

    /** The share of the classified frames with a label whose class is right; null if there are none. */
    @Nullable
    Double accuracy() {
        return accuracy(bundle);
    }

    /** The share of a further head's classified frames with a label whose class is right; null if there are none. */
    @Nullable
    Double accuracy(String head) {
        var total = totals.get(head);
        return total == null || total.getMatched() == 0 ? null : (double) total.getCorrect() / total.getMatched();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
