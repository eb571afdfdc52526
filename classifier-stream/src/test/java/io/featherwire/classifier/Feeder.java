package io.featherwire.classifier;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.schemas.audit.UncompressedResult;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes features and labels of frames numbered from 0 to a broker; frame n is of class n mod 3. */
final class Feeder implements AutoCloseable {
    private static final int SENSORS = 5;
    private static final List<String> CLASSES = List.of("red", "green", "blue");

    private final Bundle bundle;
    private final List<byte[]> payloads;
    private final KafkaProducer<String, byte[]> producer;
    private String prefix = "";

    Feeder(String bootstrapServers, Bundle bundle) throws Exception {
        this.bundle = bundle;
        this.payloads = Records.payloads(bundle);
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "5"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** From now on to the topics whose names begin so. */
    Feeder to(String topicPrefix) {
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
                Records.feature(Integer.toString(n), of, payloads.get(n % 3), Instant.now()));
    }

    /** A frame of which the compressor also said what the uncompressed path says. */
    void audited(int n, int uncompressedClass) {
        var record = feature(n, bundle);
        new UncompressedResult(uncompressedClass, 0.9f, 1_000).addTo(record.headers());
        producer.send(record);
    }

    void label(int n, String label) {
        producer.send(new ProducerRecord<>(
                prefix + "labels", sensor(n), Records.label(Integer.toString(n), label, Instant.now())));
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
