package io.featherwire.producer;

import io.featherwire.producer.SourceImage.StorageListener;
import io.featherwire.producer.outbox.Outbox;
import io.featherwire.producer.outbox.OutboxEntry;
import io.featherwire.producer.outbox.OutboxEntryBuilder;
import io.featherwire.producer.outbox.OutboxException;
import io.featherwire.producer.outbox.OutboxSender;
import io.featherwire.runtime.log.RateLimitedLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes images from a source, compresses them and stores the payloads in the outbox. {@link #run} is called once, and
 * works on the calling thread.
 */
final class CaptureLoop {

    private static final Logger LOG = LoggerFactory.getLogger(CaptureLoop.class);
    private static final long NAP = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long ROOM_NAP = TimeUnit.MILLISECONDS.toNanos(500);

    private final RateLimitedLog unreadable = new RateLimitedLog(LOG, 10);
    private final RateLimitedLog tooLarge = new RateLimitedLog(LOG, 10);
    private final OutboxEdgeConfig config;
    private final ImageSource source;
    private final ImagePublisher publisher;
    private final Outbox outbox;
    private final OutboxSender sender;
    /**
     * Images that the publisher has accepted and not yet emitted, in order. The publisher emits one record for each.
     */
    private final Queue<PendingCapture> pending = new ArrayDeque<>();

    private final List<OutboxEntry> entries = new ArrayList<>();
    private final List<Long> taken = new ArrayList<>();
    private final List<Long> names = new ArrayList<>();
    private volatile boolean stopped;

    /** Images whose entries are not in the outbox yet. */
    private final List<StorageListener> waiting = new ArrayList<>();

    private long dropped;

    /** @param keys the keys of the image's file */
    private record PendingCapture(CapturedImage capture, List<Long> keys, @Nullable StorageListener stored) {}

    CaptureLoop(
            OutboxEdgeConfig config, ImageSource source, ImagePublisher publisher, Outbox outbox, OutboxSender sender) {
        this.config = config;
        this.source = source;
        this.publisher = publisher;
        this.outbox = outbox;
        this.sender = sender;
    }

    /** Ends the run early. Images that are already captured are stored in the outbox. Thread-safe. */
    void stop() {
        stopped = true;
    }

    void run() {
        if (config.isReadOnce()) {
            source.onKnownFile(keys -> addMissingKeys(keys.toList()));
        }
        var limiter = new RateLimiter(config.get(PublisherConfig.RATE), System.nanoTime());
        while (isRunning() && !source.isExhausted()) {
            long wait = limiter.nanosToWait(System.nanoTime());
            if (wait > 0) {
                flush();
                LockSupport.parkNanos(Math.min(wait, NAP));
            } else if (!captureNext(limiter)) {
                flush();
                pruneKeys();
                LockSupport.parkNanos(NAP);
            }
        }
        flush();
        while (isRunning() && !outbox.isEmpty()) {
            LockSupport.parkNanos(NAP);
        }
    }

    private boolean isRunning() {
        return !stopped && sender.failure() == null && !Thread.currentThread().isInterrupted();
    }

    /**
     * Takes the next image. Returns false if the source has no image at present; a skipped image counts as taken, but not
     * for the rate.
     */
    private boolean captureNext(RateLimiter limiter) {
        SourceImage picture;
        try {
            picture = source.next();
        } catch (IOException e) {
            unreadable.warn("skipped an image that cannot be read: {}", e.getMessage());
            return true;
        }
        if (picture == null) {
            return false;
        }
        if (picture.image().bytes().length > config.maxImage().bytes()) {
            tooLarge.warn("skipped {}: larger than image.bytes.max={}", picture.origin(), config.maxImage());
            return true;
        }
        StorageListener stored = picture.stored();
        String sensor = picture.sensorId() == null ? config.sensor() : picture.sensorId();
        String named = stored == null ? null : stored.frameId();
        List<Long> keys =
                stored == null && picture.sensorId() == null && config.isReadOnce() ? keysOf(picture) : List.of();
        if (isCaptured(keys)) {
            return true;
        }
        if (stored != null && named != null && outbox.capturedKeys().isCaptured(hash(sensor, named))) {
            stored.onStored();
            return true;
        }
        var capture = new CapturedImage(
                sensor,
                named == null ? outbox.newFrameId() : named,
                Instant.now(),
                picture.image(),
                new RecordHeaders());
        pending.add(new PendingCapture(capture, keys, stored));
        publisher.publish(capture, this::addEntry);
        storeEntries();
        limiter.onSend(System.nanoTime());
        return true;
    }

    private void flush() {
        publisher.flush(this::addEntry);
        if (!entries.isEmpty() || !taken.isEmpty()) {
            writeEntries();
        }
    }

    /**
     * Keys without entries are written later and together, because a restarted device may find a key for
     * each file.
     */
    private void storeEntries() {
        if (!entries.isEmpty()) {
            writeEntries();
        }
    }

    private void addEntry(ProducerRecord<String, byte[]> message) {
        PendingCapture of = pending.remove();
        entries.add(OutboxEntryBuilder.builder()
                .topic(message.topic())
                .sensorId(of.capture().sensorId())
                .frameId(of.capture().frameId())
                .capturedAt(of.capture().capturedAt().toEpochMilli())
                .timestamp(message.timestamp())
                .headers(message.headers())
                .value(message.value())
                .build());
        taken.addAll(of.keys());
        if (of.stored() != null) {
            waiting.add(of.stored());
            if (of.stored().frameId() != null) {
                names.add(hash(of.capture().sensorId(), of.capture().frameId()));
            }
        }
        if (entries.size() > 1 && message.value().length > (64 << 10)) {
            storeEntries();
        }
    }

    /**
     * Stores the new entries and keys in the outbox. While the disk is full, it waits: no captured image is lost, and no
     * image is captured.
     */
    private void writeEntries() {
        boolean warned = false;
        boolean written = false;
        do {
            try {
                outbox.append(entries, taken, names);
                written = true;
                entries.clear();
                taken.clear();
                names.clear();
                waiting.forEach(StorageListener::onStored);
                waiting.clear();
                if (outbox.droppedFrames() != dropped) {
                    dropped = outbox.droppedFrames();
                    publisher.onRecordsLost();
                }
            } catch (OutboxException e) {
                if (!e.isDiskFull() || stopped) {
                    throw e;
                }
                if (!warned) {
                    LOG.warn("the disk of the outbox is full; capturing waits for free space");
                    warned = true;
                }
                LockSupport.parkNanos(ROOM_NAP);
            }
            // If the sender has failed, the app stops: what was captured is stored if there is space.
        } while (!written && sender.failure() == null);
    }

    private boolean isCaptured(List<Long> keys) {
        boolean known = keys.stream().anyMatch(outbox.capturedKeys()::isCaptured);
        if (known) {
            addMissingKeys(keys);
        }
        return known;
    }

    /** A file that was touched or renamed is recognised after its next change, too, only if both keys are stored. */
    private void addMissingKeys(List<Long> keys) {
        keys.stream().filter(key -> !outbox.capturedKeys().isCaptured(key)).forEach(taken::add);
    }

    private void pruneKeys() {
        if (!outbox.capturedKeys().isPruneDue()) {
            return;
        }
        source.existing().ifPresent(existing -> {
            try {
                int removed = outbox.capturedKeys().prune(existing);
                LOG.info("removed the keys of files that no longer exist from the outbox: {}", removed);
            } catch (OutboxException e) {
                if (!e.isDiskFull()) {
                    throw e;
                }
                LOG.debug("the disk is full; a later sweep removes the keys of files that no longer exist", e);
            }
        });
    }

    /** The keys of the image's file; for an image without such keys, one key of its origin and content. */
    private static List<Long> keysOf(SourceImage picture) {
        CaptureKeys keys = picture.keys();
        return keys == null
                ? List.of(CaptureKeys.hash(picture.origin(), picture.image().bytes()))
                : keys.toList();
    }

    /** The key of a frame whose sender gave the frame id. */
    private static long hash(String sensor, String frame) {
        return CaptureKeys.hash(sensor, frame.getBytes(StandardCharsets.UTF_8));
    }
}
