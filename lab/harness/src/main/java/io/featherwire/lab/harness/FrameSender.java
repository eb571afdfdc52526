package io.featherwire.lab.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends numbered frames at a steady rate. Frame n has the id n, from 0, and belongs to sensor n mod {@code sensors}, so
 * that a reader can count results and check their order. Poison records are invalid: not Avro, or not an image.
 */
public final class FrameSender implements AutoCloseable {

    /** An image as its encoding and bytes. */
    public record Image(ImageEncoding encoding, int width, int height, byte[] bytes, @Nullable String label) {}

    /**
     * Describes the frames to send.
     *
     * @param frames number of frames, poison included
     * @param perSecond frames per second; 0 for no limit
     * @param sensors number of sensors, which send in turn
     * @param poisonEvery period of the poison records, in frames; 0 for no poison
     * @param labels whether labels are also sent
     * @param hostile whether the poison consists of all kinds of {@link HostileRecords}, on all input topics, and some
     *     good frames have extreme times and unusual headers
     */
    public record Plan(int frames, int perSecond, int sensors, int poisonEvery, boolean labels, boolean hostile) {

        /** Makes a plan without hostile records. */
        public Plan(int frames, int perSecond, int sensors, int poisonEvery, boolean labels) {
            this(frames, perSecond, sensors, poisonEvery, labels, false);
        }

        public boolean isPoison(int frame) {
            return poisonEvery > 0 && frame % poisonEvery == poisonEvery - 1;
        }

        public int poisonFrames() {
            return poisonEvery > 0 ? frames / poisonEvery : 0;
        }

        /** The number of frames that are not poison. */
        public int goodFrames() {
            return frames - poisonFrames();
        }
    }

    /** Period of huge records, in hostile records. */
    private static final int HUGE_EVERY = 97;

    /** Size of a huge record in bytes, above the largest accepted record and far above a broker's default limit. */
    private static final int HUGE = 10 << 20;

    /**
     * In a hostile plan, one of this number of frames has an extreme time, and the frame before it has unusual headers.
     */
    private static final int ODD_EVERY = 3;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Plan plan;
    private final IntFunction<Image> images;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroSerde<ImageFrame> frames = AvroSerde.of(ImageFrame.class);
    private final AvroSerde<Label> labels = AvroSerde.of(Label.class);
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopped;

    private FrameSender(String bootstrapServers, Plan plan, IntFunction<Image> images) {
        this.plan = plan;
        this.images = images;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "linger.ms",
                        "5",
                        "batch.size",
                        "131072",
                        "max.request.size",
                        Integer.toString(64 << 20),
                        "buffer.memory",
                        Integer.toString(128 << 20),
                        "compression.type",
                        plan.hostile() ? "zstd" : "none",
                        "delivery.timeout.ms",
                        "300000"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.thread = new Thread(this::sendAll, "feed");
        this.thread.setDaemon(true);
    }

    /**
     * Starts to send frames to the topics images and labels.
     *
     * @param images maps frame number n to the frame's image
     */
    public static FrameSender start(String bootstrapServers, Plan plan, IntFunction<Image> images) {
        FrameSender feed =
                new FrameSender(bootstrapServers, requireNonNull(plan, "plan"), requireNonNull(images, "images"));
        feed.thread.start();
        return feed;
    }

    /** The number of frames that the broker has acknowledged so far. */
    public int acknowledgedFrames() {
        return acknowledged.get();
    }

    /** Waits until every frame is acknowledged. */
    public void awaitAcknowledged() throws InterruptedException {
        thread.join();
        Exception cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException("frames could not be sent: " + cause.getMessage(), cause);
        }
    }

    /** Stops sending and waits up to a minute for the acknowledgements. */
    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(PATIENCE);
    }

    private void sendAll() {
        long start = System.nanoTime();
        for (int n = 0; n < plan.frames() && !stopped && failure.get() == null; n++) {
            if (plan.perSecond() > 0) {
                LockSupport.parkNanos(start + (long) (n * (1e9 / plan.perSecond())) - System.nanoTime());
            }
            sendFrame(n);
        }
        producer.flush();
    }

    private void sendFrame(int n) {
        if (plan.hostile() && plan.isPoison(n)) {
            int number = n / plan.poisonEvery();
            var hostile = number % HUGE_EVERY == HUGE_EVERY - 1
                    ? HostileRecords.hugeRecord(number / HUGE_EVERY, HUGE)
                    : HostileRecords.recordOf(number);
            producer.send(hostile.toProducerRecord(), this::onCompletion);
            return;
        }
        String sensor = "sensor-" + n % plan.sensors();
        byte[] key = sensor.getBytes(UTF_8);
        Image image = images.apply(n);
        producer.send(createRecord("images", n, key, encodeFrame(n, sensor, image)), this::onCompletion);
        if (plan.labels() && image.label() != null && !plan.isPoison(n)) {
            Label label = new Label(Integer.toString(n), image.label(), captureTime(n), "feed", null);
            producer.send(createRecord("labels", n, key, labels.encode(label)));
        }
    }

    private void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception e) {
        if (e == null) {
            acknowledged.incrementAndGet();
        } else {
            failure.set(e);
        }
    }

    /** Makes a valid record. In a hostile plan, some records have an extreme timestamp and meaningless headers. */
    private ProducerRecord<byte[], byte[]> createRecord(String topic, int n, byte[] key, byte[] value) {
        if (!plan.hostile() || n % ODD_EVERY != 0) {
            return new ProducerRecord<>(topic, key, value);
        }
        // Brokers accept records without a timestamp from other Kafka clients. The API of the Java client does not
        // allow such records.
        return new ProducerRecord<>(topic, null, null, key, value, HostileRecords.oddHeaders(n / ODD_EVERY)) {
            @Override
            public Long timestamp() {
                return n % 2 == 0 ? -1L : 0L;
            }
        };
    }

    private Instant captureTime(int n) {
        return plan.hostile() && n % ODD_EVERY == 1
                ? Instant.ofEpochMilli(HostileRecords.extremeTime(n / ODD_EVERY))
                : Instant.now();
    }

    private byte[] encodeFrame(int n, String sensor, Image image) {
        if (plan.isPoison(n) && n / plan.poisonEvery() % 2 == 0) {
            return ("poison " + n).getBytes(UTF_8);
        }
        boolean poison = plan.isPoison(n);
        return frames.encode(new ImageFrame(
                Integer.toString(n),
                sensor,
                captureTime(n),
                poison ? ImageEncoding.JPEG : image.encoding(),
                poison ? 0 : image.width(),
                poison ? 0 : image.height(),
                ByteBuffer.wrap(poison ? new byte[] {1, 2, 3} : image.bytes())));
    }
}
