package io.featherwire.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.datasets.ImageFile;
import io.featherwire.runtime.BrokerCheck;
import io.featherwire.runtime.log.PacedLog;
import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import io.featherwire.schemas.serde.TopicSerdes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the images of a source, and their labels, as several sensors would. One run at a time. */
public final class Publisher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    /** The longest wait between two checks for a stop, a label or a file. */
    private static final long NAP = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int FRAMING = 64 * 1024;
    /** Skipped images that the report lists one by one. */
    private static final int TOLD = 10;

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
                serdes.of(edge.get(TopicNames.FEATURES), CompactFeature.class));
    }

    /** Creates a publisher with its own idempotent producer, which connects at the first image. */
    public static Publisher connect(PublisherConfig config) {
        return connect(config, () -> {});
    }

    /**
     * The same.
     *
     * @param check runs when all else is there, a bundle for one, and before Kafka is connected to
     * @throws io.featherwire.runtime.config.ConfigException if Kafka's client does not take its settings
     */
    static Publisher connect(PublisherConfig config, Runnable check) {
        TopicSerdes serdes = requireNonNull(config, "config").schemas().serdes();
        ImagePublisher imagePublisher = imagePublisher(config, serdes);
        try {
            check.run();
            return new Publisher(
                    config, producer(config), imagePublisher, serdes.of(config.get(TopicNames.LABELS), Label.class));
        } catch (KafkaException e) {
            imagePublisher.close();
            throw BrokerCheck.refused(config.get(PublisherConfig.BOOTSTRAP_SERVERS), e);
        } catch (RuntimeException e) {
            imagePublisher.close();
            throw e;
        }
    }

    private static Producer<String, byte[]> producer(PublisherConfig config) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "featherwire-producer");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, (int)
                Math.max(1 << 20, config.get(PublisherConfig.MAX_IMAGE).bytes() + FRAMING));
        if (config.edge().isPresent()) {
            // As in the compressor stream: records of a batch are similar and compress well. Images would not.
            properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        }
        config.kafka().applyTo(properties);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.get(PublisherConfig.BOOTSTRAP_SERVERS));
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }

    /** Ends the current run early, and waits for the acknowledgements of what was sent. Thread-safe. */
    public void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    /**
     * Publishes until the source is exhausted, the count is reached, {@link #stop} is called or a record is lost.
     *
     * @param classes what a wrong label may say
     */
    public PublishReport publish(ImageSource source, List<String> classes, PublishListener listener) {
        return new Run(source, new LabelScheduler(config.labels(), classes), listener).go();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
        imagePublisher.close();
    }

    /** The state of one run. */
    private final class Run {

        private final ImageSource source;
        private final LabelScheduler scheduler;
        private final PublishListener listener;
        private final FrameIds ids = new FrameIds(Instant.now());
        private final List<String> skipped = new ArrayList<>();
        private final List<String> unlikeNames = new ArrayList<>();
        private long unlike;
        private final AtomicLong imagesAcknowledged = new AtomicLong();
        private final AtomicLong labelsAcknowledged = new AtomicLong();
        private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
        private long images;
        private long imageBytes;
        private long sentBytes;
        private long labelCount;
        private final PacedLog skips = new PacedLog(LOG, TOLD);
        private long skippedImages;

        Run(ImageSource source, LabelScheduler scheduler, PublishListener listener) {
            this.source = source;
            this.scheduler = scheduler;
            this.listener = listener;
        }

        PublishReport go() {
            long start = System.nanoTime();
            var limiter = new RateLimiter(config.get(PublisherConfig.RATE), start);
            while (isGoingOn() && !isDone()) {
                sendDueLabels();
                long wait = limiter.nanosToWait(System.nanoTime());
                if (wait > 0) {
                    imagePublisher.flush(this::deliverImage);
                    nap(wait);
                } else if (sendNextImage()) {
                    limiter.tick(System.nanoTime());
                } else {
                    imagePublisher.flush(this::deliverImage);
                    nap(NAP);
                }
            }
            imagePublisher.flush(this::deliverImage);
            while (isGoingOn() && scheduler.size() > 0) {
                sendDueLabels();
                nap(NAP);
            }
            producer.flush();
            return PublishReportBuilder.builder()
                    .images(images)
                    .imagesAcknowledged(imagesAcknowledged.get())
                    .imageBytes(imageBytes)
                    .sentBytes(sentBytes)
                    .labels(labelCount)
                    .labelsAcknowledged(labelsAcknowledged.get())
                    .skippedImages(skippedImages)
                    .skipped(skipped)
                    .remarks(remarks())
                    .unreadable(source.unreadable())
                    .elapsed(Duration.ofNanos(System.nanoTime() - start))
                    .failure(failure.get())
                    .build();
        }

        private boolean isGoingOn() {
            return !stopped && failure.get() == null && !Thread.currentThread().isInterrupted();
        }

        private boolean isDone() {
            return source.isExhausted()
                    || (config.get(PublisherConfig.COUNT) > 0 && images >= config.get(PublisherConfig.COUNT));
        }

        private void nap(long longest) {
            long nanos = Math.min(Math.min(longest, NAP), scheduler.nanosToWait(System.nanoTime()));
            LockSupport.parkNanos(Math.max(1, nanos));
        }

        /** Whether at least one image was sent. */
        private boolean sendNextImage() {
            SourceImage picture;
            try {
                picture = source.next();
            } catch (IOException e) {
                skip("an image that cannot be read: " + e.getMessage());
                return false;
            }
            if (picture == null) {
                return false;
            }
            if (picture.image().bytes().length
                    > config.get(PublisherConfig.MAX_IMAGE).bytes()) {
                skip(String.format(
                        Locale.ROOT,
                        "%s: %,d bytes are more than image.bytes.max=%s",
                        picture.origin(),
                        picture.image().bytes().length,
                        config.get(PublisherConfig.MAX_IMAGE)));
                return false;
            }
            send(picture);
            return true;
        }

        private List<String> remarks() {
            List<String> remarks = new ArrayList<>(source.remarks());
            remarks.addAll(imagePublisher.remarks());
            if (unlike > 0) {
                remarks.add(
                        "neither JPEG nor PNG by their first bytes, whatever they are named, so that they will be dead letters: "
                                + unlike + " (" + String.join(", ", unlikeNames)
                                + (unlike > unlikeNames.size() ? ", …" : "") + ")");
            }
            return remarks;
        }

        private void noteFormat(SourceImage picture) {
            if (picture.image().encoding() != ImageEncoding.RGB8
                    && !ImageFile.isLikeOne(picture.image().bytes())) {
                unlike++;
                if (unlikeNames.size() < TOLD) {
                    unlikeNames.add(picture.origin());
                }
            }
        }

        private void send(SourceImage picture) {
            noteFormat(picture);
            String sensor = config.get(PublisherConfig.PREFIX) + "-" + images % config.get(PublisherConfig.SENSORS);
            String id = ids.next();
            Instant now = Instant.now();
            Headers headers = new RecordHeaders();
            if (config.get(PublisherConfig.TRACE)) {
                headers.add("traceparent", traceparent());
            }
            images++;
            imageBytes += picture.image().bytes().length;
            imagePublisher.take(new CapturedImage(sensor, id, now, picture.image(), headers), this::deliverImage);
            if (picture.label() != null) {
                scheduler.onFrame(sensor, id, picture.label(), System.nanoTime());
                sendDueLabels();
            }
        }

        private void deliverImage(ProducerRecord<String, byte[]> message) {
            sentBytes += message.value().length;
            deliver(message, imagesAcknowledged);
        }

        private void sendDueLabels() {
            for (var due = scheduler.poll(System.nanoTime()); due != null; due = scheduler.poll(System.nanoTime())) {
                Instant now = Instant.now();
                Label label = Label.newBuilder()
                        .setFrameId(due.frameId())
                        .setLabel(due.label())
                        .setLabelledAt(now)
                        .setSource(source.name())
                        .build();
                labelCount++;
                deliver(
                        new ProducerRecord<>(
                                config.get(TopicNames.LABELS),
                                null,
                                now.toEpochMilli(),
                                due.sensorId(),
                                labels.encode(label)),
                        labelsAcknowledged);
            }
        }

        private void deliver(ProducerRecord<String, byte[]> message, AtomicLong acknowledged) {
            producer.send(message, (metadata, exception) -> {
                if (exception == null) {
                    acknowledged.incrementAndGet();
                    listener.onAcknowledged(imagesAcknowledged.get(), labelsAcknowledged.get());
                } else {
                    failure.compareAndSet(null, "topic " + message.topic() + ": " + exception.getMessage());
                }
            });
        }

        private void skip(String why) {
            skippedImages++;
            if (skipped.size() < TOLD) {
                skipped.add(why);
            }
            skips.warn("skipped {}", why);
        }
    }

    /** A sampled trace with random ids (W3C Trace Context, version 00). */
    private static byte[] traceparent() {
        var random = ThreadLocalRandom.current();
        return String.format(
                        Locale.ROOT,
                        "00-%016x%016x-%016x-01",
                        random.nextLong(),
                        random.nextLong() | 1,
                        random.nextLong() | 1)
                .getBytes(UTF_8);
    }
}
