package io.featherwire.cli.demo;

import io.featherwire.producer.ImageSource;
import io.featherwire.producer.SourceImage;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Passes frames to the publisher when they are due. Without a requested rate, the first part of the frames is fed at
 * the maximum rate; once these frames are processed, the other frames are fed at a fraction of the measured throughput,
 * so that latency does not include queueing behind other frames. One thread calls {@link #next}, another one reports
 * the processed frames.
 */
final class FrameFeeder implements ImageSource {

    /**
     * The fraction of the throughput at saturation at which frames are fed; the rest is a reserve for the broker and
     * other processes.
     */
    private static final double FOLLOWED_SHARE = 0.7;

    private static final double SATURATING_SHARE = 0.5;
    private static final long LONGEST_SATURATION = Duration.ofSeconds(6).toNanos();
    /** The maximum wait without a new result, in nanoseconds: a frame that was lost never gets a result. */
    private static final long LONGEST_DRAIN = Duration.ofSeconds(3).toNanos();

    private static final int FEWEST_UNDER_WAY = 256;
    private static final long NAP = TimeUnit.MILLISECONDS.toNanos(2);

    private final ImageSource source;
    private final DemoRate rate;
    private final long saturating;
    private final long began = System.nanoTime();
    private long sent;
    private long firstProcessed;
    private double due;

    private volatile boolean stopped;
    private volatile boolean pauseExtended;
    private volatile boolean drained;
    private volatile long processed;
    private volatile long movedAt = System.nanoTime();
    private volatile double reached;
    private volatile double fed = Double.NaN;
    private volatile long pacedSinceMillis = Long.MAX_VALUE;

    /** @param frames the total number of frames */
    FrameFeeder(ImageSource source, DemoRate rate, long frames) {
        this.source = source;
        this.rate = rate;
        this.saturating = rate.isMeasured() ? Math.round(frames * SATURATING_SHARE) : Long.MAX_VALUE;
        if (!rate.isMeasured() && !Double.isInfinite(rate.perSecond())) {
            setPace(rate.perSecond());
        }
    }

    /**
     * Reports the number of processed frames and their latest rate.
     *
     * @param perSecond the throughput at saturation in frames a second, without the cold start
     */
    void reportProgress(long frames, double perSecond) {
        if (frames > processed) {
            processed = frames;
            movedAt = System.nanoTime();
        }
        reached = perSecond;
    }

    /** Extends the pause between the two parts until {@link #resume}. */
    void pause() {
        pauseExtended = true;
    }

    void resume() {
        pauseExtended = false;
    }

    /** Whether the first part is processed and the second has not begun. */
    boolean isPaused() {
        return drained && Double.isNaN(fed);
    }

    /** Ends the feeding: a waiting {@link #next} returns null. */
    void stop() {
        stopped = true;
    }

    /** The feeding rate since {@link #pacedSinceMillis}, in frames a second; NaN before that. */
    double feedingRate() {
        return fed;
    }

    /** The time when feeding at a fixed rate began, in milliseconds since 1970. */
    long pacedSinceMillis() {
        return pacedSinceMillis;
    }

    @Override
    public @Nullable SourceImage next() throws IOException {
        while (!stopped && !isDue()) {
            LockSupport.parkNanos(NAP);
        }
        if (stopped) {
            return null;
        }
        sent++;
        return source.next();
    }

    private boolean isDue() {
        long now = System.nanoTime();
        if (!Double.isNaN(fed)) {
            if (now < due) {
                return false;
            }
            due = Math.max(due, now - 1e9) + 1e9 / fed;
            return true;
        }
        if (!rate.isMeasured()) {
            return true;
        }
        if (firstProcessed == 0 && processed > 0) {
            firstProcessed = now;
        }
        boolean found = sent >= saturating || (firstProcessed != 0 && now - firstProcessed > LONGEST_SATURATION);
        if (!found) {
            return sent - processed < Math.max(FEWEST_UNDER_WAY, reached);
        }
        drained = processed >= sent || (processed > 0 && now - movedAt > LONGEST_DRAIN);
        if (drained && !pauseExtended) {
            // Without a classified frame, the throughput is that of the dead letters.
            setPace(FOLLOWED_SHARE * (reached > 0 ? reached : 1e9 * processed / (now - began)));
        }
        return false;
    }

    private void setPace(double perSecond) {
        due = System.nanoTime();
        pacedSinceMillis = System.currentTimeMillis();
        fed = perSecond;
    }

    @Override
    public boolean isExhausted() {
        return source.isExhausted();
    }

    @Override
    public OptionalLong size() {
        return source.size();
    }

    @Override
    public String name() {
        return source.name();
    }
}
