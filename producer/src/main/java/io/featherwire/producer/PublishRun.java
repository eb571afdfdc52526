package io.featherwire.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.datasets.ImageFile;
import io.featherwire.runtime.log.RateLimitedLog;
import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the images of a source once, and their labels when they are due. */
final class PublishRun {

    private static final Logger LOG = LoggerFactory.getLogger(PublishRun.class);

    /** The maximum wait between two checks for a stop request, a due label or a new file, in nanoseconds. */
    private static final long NAP = TimeUnit.MILLISECONDS.toNanos(50);

    /** Maximum number of skipped images that the report lists. */
    private static final int TOLD = 10;

    private final PublisherConfig config;
    private final Producer<String, byte[]> producer;
    private final ImagePublisher imagePublisher;
    private final AvroSerde<Label> labels;
    private final BooleanSupplier stopped;

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
    private final RateLimitedLog skips = new RateLimitedLog(LOG, TOLD);
    private long skippedImages;

    /** @param stopped whether the run must end early */
    PublishRun(
            PublisherConfig config,
            Producer<String, byte[]> producer,
            ImagePublisher imagePublisher,
            AvroSerde<Label> labels,
            BooleanSupplier stopped,
            ImageSource source,
            LabelScheduler scheduler,
            PublishListener listener) {
        this.config = config;
        this.producer = producer;
        this.imagePublisher = imagePublisher;
        this.labels = labels;
        this.stopped = stopped;
        this.source = source;
        this.scheduler = scheduler;
        this.listener = listener;
    }

    PublishReport run() {
        long start = System.nanoTime();
        var limiter = new RateLimiter(config.get(PublisherConfig.RATE), start);
        while (isRunning() && !isDone()) {
            sendDueLabels();
            long wait = limiter.nanosToWait(System.nanoTime());
            if (wait > 0) {
                imagePublisher.flush(this::sendImage);
                pauseAtMost(wait);
            } else if (!sendNextImage(limiter)) {
                imagePublisher.flush(this::sendImage);
                pauseAtMost(NAP);
            }
        }
        imagePublisher.flush(this::sendImage);
        while (isRunning() && scheduler.size() > 0) {
            sendDueLabels();
            pauseAtMost(NAP);
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

    private boolean isRunning() {
        return !stopped.getAsBoolean()
                && failure.get() == null
                && !Thread.currentThread().isInterrupted();
    }

    private boolean isDone() {
        return source.isExhausted()
                || (config.get(PublisherConfig.COUNT) > 0 && images >= config.get(PublisherConfig.COUNT));
    }

    private void pauseAtMost(long longest) {
        long nanos = Math.min(Math.min(longest, NAP), scheduler.nanosToWait(System.nanoTime()));
        LockSupport.parkNanos(Math.max(1, nanos));
    }

    /** Sends or skips the next image. Returns false if the source has none at present. */
    private boolean sendNextImage(RateLimiter limiter) {
        SourceImage picture;
        try {
            picture = source.next();
        } catch (IOException e) {
            recordSkipped("an image that cannot be read: " + e.getMessage());
            return true;
        }
        if (picture == null) {
            return false;
        }
        if (picture.image().bytes().length
                > config.get(PublisherConfig.MAX_IMAGE).bytes()) {
            recordSkipped(String.format(
                    Locale.ROOT,
                    "%s: %,d bytes are more than image.bytes.max=%s",
                    picture.origin(),
                    picture.image().bytes().length,
                    config.get(PublisherConfig.MAX_IMAGE)));
            return true;
        }
        send(picture);
        limiter.onSend(System.nanoTime());
        return true;
    }

    private List<String> remarks() {
        List<String> remarks = new ArrayList<>(source.remarks());
        remarks.addAll(imagePublisher.remarks());
        if (unlike > 0) {
            remarks.add("files that are neither JPEG nor PNG by their first bytes, and therefore become dead letters: "
                    + unlike + " (" + String.join(", ", unlikeNames)
                    + (unlike > unlikeNames.size() ? ", …" : "") + ")");
        }
        return remarks;
    }

    private void recordFormat(SourceImage picture) {
        if (picture.image().encoding() != ImageEncoding.RGB8
                && !ImageFile.hasImageSignature(picture.image().bytes())) {
            unlike++;
            if (unlikeNames.size() < TOLD) {
                unlikeNames.add(picture.origin());
            }
        }
    }

    private void send(SourceImage picture) {
        recordFormat(picture);
        String sensor = config.get(PublisherConfig.PREFIX) + "-" + images % config.get(PublisherConfig.SENSORS);
        String id = ids.nextId();
        Instant now = Instant.now();
        Headers headers = new RecordHeaders();
        if (config.get(PublisherConfig.TRACE)) {
            headers.add("traceparent", traceparent());
        }
        images++;
        imageBytes += picture.image().bytes().length;
        imagePublisher.publish(new CapturedImage(sensor, id, now, picture.image(), headers), this::sendImage);
        if (picture.label() != null) {
            scheduler.onFrame(sensor, id, picture.label(), System.nanoTime());
            sendDueLabels();
        }
    }

    private void sendImage(ProducerRecord<String, byte[]> message) {
        sentBytes += message.value().length;
        sendCounted(message, imagesAcknowledged);
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
            sendCounted(
                    new ProducerRecord<>(
                            config.get(TopicNames.LABELS),
                            null,
                            now.toEpochMilli(),
                            due.sensorId(),
                            labels.encode(label)),
                    labelsAcknowledged);
        }
    }

    private void sendCounted(ProducerRecord<String, byte[]> message, AtomicLong acknowledged) {
        producer.send(message, (metadata, exception) -> {
            if (exception == null) {
                acknowledged.incrementAndGet();
                listener.onAcknowledged(imagesAcknowledged.get(), labelsAcknowledged.get());
            } else {
                failure.compareAndSet(null, "topic " + message.topic() + ": " + exception.getMessage());
            }
        });
    }

    private void recordSkipped(String why) {
        skippedImages++;
        if (skipped.size() < TOLD) {
            skipped.add(why);
        }
        skips.warn("skipped {}", why);
    }

    /** The value of a traceparent header: a sampled trace with random ids (W3C Trace Context, version 00). */
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
