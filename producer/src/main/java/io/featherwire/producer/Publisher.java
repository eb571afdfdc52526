package io.featherwire.producer;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.BrokerCheck;
import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import io.featherwire.schemas.serde.TopicSerdes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes the images of a source and their labels under the ids of several sensors. One run at a time. */
public final class Publisher implements AutoCloseable {

    private static final int FRAMING = 64 * 1024;

    private final PublisherConfig config;
    private final Producer<String, byte[]> producer;
    private final ImagePublisher imagePublisher;
    private final AvroSerde<Label> labels;
    private volatile boolean stopped;

    private Publisher(
            PublisherConfig config,
            Producer<String, byte[]> producer,
            ImagePublisher imagePublisher,
            AvroSerde<Label> labels) {
        this.config = config;
        this.producer = producer;
        this.imagePublisher = imagePublisher;
        this.labels = labels;
    }

    private static ImagePublisher imagePublisher(PublisherConfig config, TopicSerdes serdes) {
        AvroSerde<ImageFrame> frames = serdes.of(config.get(TopicNames.IMAGES), ImageFrame.class);
        if (config.edge().isEmpty()) {
            return new WholeImagePublisher(config.get(TopicNames.IMAGES), frames);
        }
        EdgeConfig edge = config.edge().get();
        return new PayloadPublisher(
                edge.open((int) config.get(PublisherConfig.MAX_IMAGE).bytes()),
                edge,
                config.get(TopicNames.IMAGES),
                frames,
                serdes.of(edge.get(TopicNames.FEATURES), CompactFeature.class),
                null);
    }

    /** Creates a publisher with its own idempotent producer, which connects at the first image. */
    public static Publisher connect(PublisherConfig config) {
        return connect(config, () -> {});
    }

    /**
     * Creates a publisher after a check.
     *
     * @param check runs after the bundle was loaded, and before the connection to Kafka
     * @throws io.featherwire.runtime.config.ConfigException if Kafka's client rejects its settings
     */
    static Publisher connect(PublisherConfig config, Runnable check) {
        TopicSerdes serdes = requireNonNull(config, "config").schemas().serdes();
        ImagePublisher imagePublisher = imagePublisher(config, serdes);
        try {
            check.run();
            return new Publisher(
                    config,
                    createProducer(config),
                    imagePublisher,
                    serdes.of(config.get(TopicNames.LABELS), Label.class));
        } catch (KafkaException e) {
            imagePublisher.close();
            throw BrokerCheck.invalidSettings(config.get(PublisherConfig.BOOTSTRAP_SERVERS), e);
        } catch (RuntimeException e) {
            imagePublisher.close();
            throw e;
        }
    }

    private static Producer<String, byte[]> createProducer(PublisherConfig config) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "featherwire-producer");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, (int)
                Math.max(1 << 20, config.get(PublisherConfig.MAX_IMAGE).bytes() + FRAMING));
        if (config.edge().isPresent()) {
            // As in the compressor stream: the records of a batch are similar and compress well. Images do not.
            properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        }
        config.kafka().applyTo(properties);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.get(PublisherConfig.BOOTSTRAP_SERVERS));
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * Ends the current run early; {@link #publish} then waits for the acknowledgements of all sent records.
     * Thread-safe.
     */
    public void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    /**
     * Publishes until the source is exhausted, the count is reached, {@link #stop} is called or a record is lost.
     *
     * @param classes the classes from which wrong labels are drawn
     */
    public PublishReport publish(ImageSource source, List<String> classes, PublishListener listener) {
        return new PublishRun(
                        config,
                        producer,
                        imagePublisher,
                        labels,
                        this::isStopped,
                        source,
                        new LabelScheduler(config.labels(), classes),
                        listener)
                .run();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
        imagePublisher.close();
    }
}
