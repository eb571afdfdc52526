package io.featherwire.lab.chaos;

import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.serde.AvroSerde;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads the newest total of the topic accuracy. */
final class AccuracyTotalReader {

    private static final String TOTAL = "total";

    private AccuracyTotalReader() {}

    /**
     * Waits until the total has {@code matched} labelled frames, or for a time-out. Returns the newest total, null if
     * there is none.
     */
    static @Nullable AccuracySnapshot awaitMatched(String bootstrapServers, long matched, Duration timeout) {
        AvroSerde<AccuracySnapshot> serde = AvroSerde.of(AccuracySnapshot.class);
        Map<String, Object> settings =
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
        AccuracySnapshot newest = null;
        long deadline = System.nanoTime() + timeout.toNanos();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partition = List.of(new TopicPartition("accuracy", 0));
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            while (System.nanoTime() < deadline && (newest == null || newest.getMatched() < matched)) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    AccuracySnapshot snapshot = serde.decode(record.value());
                    if (snapshot.getWindow().equals(TOTAL)) {
                        newest = snapshot;
                    }
                }
            }
        }
        return newest;
    }
}
