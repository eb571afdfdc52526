package io.featherwire.lab.endtoend;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.image.ImageException;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** The baselines of the benchmark: the compressor's work without Featherwire, with exactly-once semantics. */
final class ConsumeProduceBaseline {

    private final FeatureCompressor compressor;
    private final Fingerprint bundle;
    private final AvroSerde<ImageFrame> frames = AvroSerde.of(ImageFrame.class);
    private final AvroSerde<CompactFeature> features = AvroSerde.of(CompactFeature.class);

    ConsumeProduceBaseline(FeatureCompressor compressor) {
        this.compressor = compressor;
        this.bundle = new Fingerprint(compressor.setup().bundle().fingerprint().bytes());
    }

    /**
     * Starts a consumer with a transactional producer, with one transaction per poll. Returns the action that stops
     * them.
     */
    Runnable consumerAndProducer(String bootstrapServers, String output, int batch) {
        AtomicBoolean stopped = new AtomicBoolean();
        Thread thread = new Thread(() -> pollBatches(bootstrapServers, output, batch, stopped), "hand-written");
        thread.start();
        return () -> {
            stopped.set(true);
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** Starts Kafka Streams with one record at a time. Returns the action that stops it. */
    Runnable recordAtATime(String bootstrapServers, String output, String stateDirectory, Duration commitInterval) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "record-at-a-time");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
        settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        var bytes = new ByteArraySerializer();
        Topology topology = new Topology()
                .addSource("images", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "images")
                .addProcessor("compress", RecordAtATime::new, "images")
                .addSink("features", output, bytes, bytes, "compress");
        KafkaStreams streams = new KafkaStreams(topology, settings);
        streams.start();
        return streams::close;
    }

    private final class RecordAtATime extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
        @Override
        public void process(Record<byte[], byte[]> record) {
            context()
                    .forward(record.withValue(
                            compress(List.of(decode(record.value()))).get(0)));
        }
    }

    private void pollBatches(String bootstrapServers, String output, int batch, AtomicBoolean stopped) {
        Map<String, Object> read = Map.of(
                "bootstrap.servers", bootstrapServers,
                "group.id", "hand-written",
                "enable.auto.commit", "false",
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed",
                "max.poll.records", batch);
        Map<String, Object> write = Map.of(
                "bootstrap.servers", bootstrapServers, "transactional.id", "hand-written", "compression.type", "zstd");
        try (var consumer = new KafkaConsumer<>(read, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                var producer = new KafkaProducer<>(write, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            consumer.subscribe(List.of("images"));
            while (!stopped.get()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
                if (!records.isEmpty()) {
                    runTransaction(consumer, producer, records, output);
                }
            }
        }
    }

    private void runTransaction(
            KafkaConsumer<byte[], byte[]> consumer,
            KafkaProducer<byte[], byte[]> producer,
            ConsumerRecords<byte[], byte[]> records,
            String output) {
        List<ConsumerRecord<byte[], byte[]>> sources = new ArrayList<>();
        List<ImageFrame> batch = new ArrayList<>();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            sources.add(record);
            batch.add(decode(record.value()));
            offsets.put(
                    new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
        }
        List<byte[]> features = compress(batch);
        producer.beginTransaction();
        for (int i = 0; i < features.size(); i++) {
            producer.send(new ProducerRecord<>(output, sources.get(i).key(), features.get(i)));
        }
        producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        producer.commitTransaction();
    }

    ImageFrame decode(byte[] record) {
        return frames.decode(record);
    }

    /** Runs the network and returns the resulting records. Thread-safe. */
    List<byte[]> compress(List<ImageFrame> batch) {
        List<byte[]> payloads =
                compressor.compress(batch.stream().map(this::prepare).toList()).payloads();
        return IntStream.range(0, batch.size())
                .mapToObj(i -> feature(batch.get(i), payloads.get(i)))
                .toList();
    }

    private float[] prepare(ImageFrame frame) {
        ImageEncoding encoding = ImageEncoding.valueOf(frame.getEncoding().name());
        byte[] bytes = frame.getBytes().array();
        try {
            return compressor.prepare(new EncodedImage(encoding, frame.getWidth(), frame.getHeight(), bytes));
        } catch (ImageException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] feature(ImageFrame frame, byte[] payload) {
        return features.encode(
                new CompactFeature(frame.getFrameId(), frame.getCapturedAt(), bundle, ByteBuffer.wrap(payload)));
    }
}
