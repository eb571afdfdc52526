package io.featherwire.classifier;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.FeatureBatch;
import io.featherwire.schemas.audit.UncompressedResult;
import io.featherwire.schemas.batch.BatchedFrame;
import io.featherwire.schemas.batch.FeatureBatches;
import io.featherwire.schemas.serde.AvroSerde;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes features and labels of frames numbered from 0 to a broker; frame n is of class n mod 3. */
final class TestFrameSender implements AutoCloseable {
    private static final Instant BEGUN = Instant.now();
    private static final int SENSORS = 5;
    private static final List<String> CLASSES = List.of("red", "green", "blue");

    private final Bundle bundle;
    private final List<byte[]> payloads;
    private final KafkaProducer<String, byte[]> producer;
    private String prefix = "";

    TestFrameSender(String bootstrapServers, Bundle bundle) throws Exception {
        this.bundle = bundle;
        this.payloads = TestRecords.payloads(bundle);
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "5"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** From now on to the topics with this prefix. */
    TestFrameSender to(String topicPrefix) {
        prefix = topicPrefix;
        return this;
    }

    static String sensor(int n) {
        return "sensor-" + n % SENSORS;
    }

    static String classOf(int n) {
        return CLASSES.get(n % 3);
    }

    void feature(int n) {
        producer.send(feature(n, bundle));
    }

    private ProducerRecord<String, byte[]> feature(int n, Bundle of) {
        return new ProducerRecord<>(
                prefix + "features",
                sensor(n),
                TestRecords.feature(Integer.toString(n), of, payloads.get(n % 3), Instant.now()));
    }

    /** Frames of one sensor in one record. */
    void batch(String sensor, int from, int to) {
        List<BatchedFrame> frames = new ArrayList<>();
        for (int n = from; n < to; n++) {
            var feature = AvroSerde.of(CompactFeature.class)
                    .decode(TestRecords.feature(Integer.toString(n), bundle, payloads.get(n % 3), BEGUN.plusMillis(n)));
            frames.add(new BatchedFrame(n + 1, feature, new RecordHeaders(), System.currentTimeMillis()));
        }
        producer.send(new ProducerRecord<>(
                prefix + "feature-batches",
                sensor,
                AvroSerde.of(FeatureBatch.class).encode(FeatureBatches.pack(1, frames))));
    }

    void label(String sensor, int n, String label) {
        producer.send(new ProducerRecord<>(
                prefix + "labels", sensor, TestRecords.label(Integer.toString(n), label, Instant.now())));
    }

    /** A frame with the compressor's prediction of the uncompressed path. */
    void audited(int n, int uncompressedClass) {
        var record = feature(n, bundle);
        new UncompressedResult(uncompressedClass, 0.9f, 1_000).addTo(record.headers());
        producer.send(record);
    }

    void label(int n, String label) {
        label(sensor(n), n, label);
    }

    void raw(String topic, String key, byte[] value) {
        producer.send(new ProducerRecord<>(topic, key, value));
    }

    void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close();
    }
}
