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
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends frames numbered from 0 at a steady rate: frame n has the id n and belongs to sensor n mod sensors, so that what
 * comes out can be counted and its order checked. Some are poison: no Avro, or no image.
 */
public final class Feed implements AutoCloseable {

    /** An image as its encoding and bytes. */
    public record Image(ImageEncoding encoding, int width, int height, byte[] bytes, @Nullable String label) {}

    /**
     * @param frames how many
     * @param perSecond how fast; 0 means as fast as it goes
     * @param sensors how many sensors take turns
     * @param poisonEvery every n-th frame is poison; 0 means none
     * @param labels whether labels are sent, too
     */
    public record Plan(int frames, int perSecond, int sensors, int poisonEvery, boolean labels) {

        public boolean poison(int frame) {
            return poisonEvery > 0 && frame % poisonEvery == poisonEvery - 1;
        }

        public int poisons() {
            return poisonEvery > 0 ? frames / poisonEvery : 0;
        }

        /** Frames that are not poison. */
        public int good() {
            return frames - poisons();
        }
    }

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Plan plan;
    private final IntFunction<Image> images;
    private final KafkaProducer<String, byte[]> producer;
    private final AvroSerde<ImageFrame> frames = AvroSerde.of(ImageFrame.class);
    private final AvroSerde<Label> labels = AvroSerde.of(Label.class);
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopped;

    private Feed(String bootstrapServers, Plan plan, IntFunction<Image> images) {
        this.plan = plan;
        this.images = images;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "linger.ms", "5",
                        "batch.size", "131072",
                        "max.request.size", Integer.toString(16 << 20),
                        "delivery.timeout.ms", "300000"),
                new StringSerializer(),
                new ByteArraySerializer());
        this.thread = new Thread(this::send, "feed");
        this.thread.setDaemon(true);
    }

    /**
     * Starts to send to the topics images and labels.
     *
     * @param images the image of frame n
     */
    public static Feed start(String bootstrapServers, Plan plan, IntFunction<Image> images) {
        Feed feed = new Feed(bootstrapServers, requireNonNull(plan, "plan"), requireNonNull(images, "images"));
        feed.thread.start();
        return feed;
    }

    /** Frames acknowledged by the broker so far. */
    public int acknowledged() {
        return acknowledged.get();
    }

    /** Waits until every frame is acknowledged. */
    public void await() throws InterruptedException {
        thread.join();
        Exception cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException("frames could not be sent: " + cause.getMessage(), cause);
        }
    }

    /** Sends no more; what was sent is still waited for, up to a minute. */
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

    private void send() {
        long start = System.nanoTime();
        for (int n = 0; n < plan.frames() && !stopped && failure.get() == null; n++) {
            if (plan.perSecond() > 0) {
                LockSupport.parkNanos(start + (long) (n * (1e9 / plan.perSecond())) - System.nanoTime());
            }
            send(n);
        }
        producer.flush();
    }

    private void send(int n) {
        String sensor = "sensor-" + n % plan.sensors();
        Image image = images.apply(n);
        producer.send(new ProducerRecord<>("images", sensor, value(n, sensor, image)), (metadata, e) -> {
            if (e == null) {
                acknowledged.incrementAndGet();
            } else {
                failure.set(e);
            }
        });
        if (plan.labels() && image.label() != null && !plan.poison(n)) {
            Label label = new Label(Integer.toString(n), image.label(), Instant.now(), "feed");
            producer.send(new ProducerRecord<>("labels", sensor, labels.encode(label)));
        }
    }

    private byte[] value(int n, String sensor, Image image) {
        if (plan.poison(n) && n / plan.poisonEvery() % 2 == 0) {
            return ("poison " + n).getBytes(UTF_8);
        }
        boolean poison = plan.poison(n);
        return frames.encode(new ImageFrame(
                Integer.toString(n),
                sensor,
                Instant.now(),
                poison ? ImageEncoding.JPEG : image.encoding(),
                poison ? 0 : image.width(),
                poison ? 0 : image.height(),
                ByteBuffer.wrap(poison ? new byte[] {1, 2, 3} : image.bytes())));
    }
}
