package io.featherwire.lab.bench;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.broker.TopicLeaders;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends records of the topic features to a real broker, batched as in a scenario, and measures the broker's log. Log
 * segments are read with Kafka's internal classes, because no public API distinguishes batch headers and transaction
 * markers from records.
 */
final class RecordBench implements AutoCloseable {

    private static final int MOST_ATTEMPTS = 600;
    private static final int PAUSE_MILLIS = 50;

    private final EmbeddedBroker broker;
    private final int sensors;
    private final int payloadBytes;
    private int topics;

    /** @param directory empty directory for the broker's logs */
    RecordBench(Path directory, int sensors, int payloadBytes) {
        this.broker = EmbeddedBroker.start(directory);
        this.sensors = sensors;
        this.payloadBytes = payloadBytes;
    }

    RecordCost measure(RecordTraffic scenario, int batches) throws IOException, InterruptedException {
        String topic = "features-" + topics++;
        createTopic(topic);
        AvroSerde<CompactFeature> serde = AvroSerde.of(CompactFeature.class);
        FeatureRecordGenerator feed = new FeatureRecordGenerator(scenario.framesPerSecond(), sensors, payloadBytes);
        try (KafkaProducer<byte[], byte[]> producer = createProducer(topic, scenario)) {
            for (int i = 0; i < batches; i++) {
                send(producer, topic, scenario, feed.next(scenario.framesPerBatch()), serde);
            }
        }
        return weigh(readLog(topic, scenario.exactlyOnce() ? batches : 0), scenario, serde);
    }

    private void createTopic(String topic) throws InterruptedException {
        // The timestamps are artificial. The broker must not roll or delete a segment because of them.
        Map<String, String> config = Map.of("retention.ms", "-1", "segment.ms", Long.toString(Long.MAX_VALUE));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(config)))
                    .all()
                    .get();
            TopicLeaders.await(admin, List.of(topic), 1);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot create topic " + topic, e.getCause());
        }
    }

    /** Makes a producer with the settings of the streams, except that this benchmark decides when a batch ends. */
    private KafkaProducer<byte[], byte[]> createProducer(String topic, RecordTraffic scenario) {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 << 10);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 60_000);
        if (scenario.exactlyOnce()) {
            config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic);
        }
        var bytes = new ByteArraySerializer();
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, bytes, bytes);
        if (scenario.exactlyOnce()) {
            producer.initTransactions();
        }
        return producer;
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer,
            String topic,
            RecordTraffic scenario,
            List<FeatureRecordGenerator.Frame> batch,
            AvroSerde<CompactFeature> serde) {
        if (scenario.exactlyOnce()) {
            producer.beginTransaction();
        }
        for (FeatureRecordGenerator.Frame frame : batch) {
            producer.send(
                    new ProducerRecord<>(topic, 0, frame.timestamp(), frame.key(), serde.encode(frame.feature())));
        }
        if (scenario.exactlyOnce()) {
            producer.commitTransaction();
        } else {
            producer.flush();
        }
    }

    /**
     * Reads the log when it holds the expected number of transaction markers. A commit returns before its marker is
     * written.
     */
    private MemoryRecords readLog(String topic, int markers) throws IOException, InterruptedException {
        Path segment = broker.directory().resolve("data").resolve(topic + "-0").resolve("00000000000000000000.log");
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            MemoryRecords records = MemoryRecords.readableRecords(ByteBuffer.wrap(Files.readAllBytes(segment)));
            int found = 0;
            for (RecordBatch batch : records.batches()) {
                found += batch.isControlBatch() ? 1 : 0;
            }
            if (found >= markers) {
                return records;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        throw new IllegalStateException("the broker has not written " + markers + " commit markers to topic " + topic);
    }

    private static RecordCost weigh(MemoryRecords log, RecordTraffic scenario, AvroSerde<CompactFeature> serde) {
        int frames = 0;
        int dataBatches = 0;
        long markers = 0;
        long keys = 0;
        long payloads = 0;
        long plain = 0;
        for (RecordBatch batch : log.batches()) {
            if (batch.isControlBatch()) {
                markers += batch.sizeInBytes();
                continue;
            }
            dataBatches++;
            for (Record record : batch) {
                frames++;
                keys += record.keySize();
                byte[] value = new byte[record.valueSize()];
                record.value().get(value);
                payloads += serde.decode(value).getPayload().remaining();
                plain += record.sizeInBytes();
            }
        }
        return RecordCostBuilder.builder()
                .scenario(scenario)
                .frames(frames)
                .dataBatches(dataBatches)
                .logBytes(log.sizeInBytes())
                .batchHeaderBytes((long) DefaultRecordBatch.RECORD_BATCH_OVERHEAD * dataBatches)
                .markerBytes(markers)
                .keyBytes(keys)
                .payloadBytes(payloads)
                .plainBytes(plain)
                .build();
    }

    @Override
    public void close() {
        broker.close();
    }
}
