package io.featherwire.cli.demo;

import java.util.Arrays;
import java.util.stream.LongStream;

/** Records when each frame was captured and classified, in milliseconds, and computes rates and latencies. */
final class FrameTimeline {

    /** One frame of this many is cold: the JVM still loads classes and compiles code. */
    private static final int COLD_PART = 3;

    private long[] captured = new long[1024];
    private long[] classified = new long[1024];
    private int count;
    private long firstCaptured = Long.MAX_VALUE;
    private long lastClassified = Long.MIN_VALUE;

    void add(long captured, long classified) {
        if (count == this.captured.length) {
            this.captured = Arrays.copyOf(this.captured, 2 * count);
            this.classified = Arrays.copyOf(this.classified, 2 * count);
        }
        this.captured[count] = captured;
        this.classified[count++] = classified;
        firstCaptured = Math.min(firstCaptured, captured);
        lastClassified = Math.max(lastClassified, classified);
    }

    /** Frames a second, from the first capture to the last classification; 0 without frames. */
    double perSecond() {
        return count == 0 ? 0 : perSecond(count, lastClassified - firstCaptured);
    }

    /**
     * Rates of the frames that were captured before some time; 0 if there are too few frames.
     *
     * @param cold the rate from the first capture until the first third was classified, in frames a second
     * @param steady the rate of the other two thirds, in frames a second
     */
    record Rates(double cold, double steady) {}

    Rates rates(long capturedBefore) {
        long[] done = LongStream.range(0, count)
                .filter(i -> captured[(int) i] < capturedBefore)
                .map(i -> classified[(int) i])
                .sorted()
                .toArray();
        if (done.length == 0) {
            return new Rates(0, 0);
        }
        int cold = Math.max(1, done.length / COLD_PART);
        long warm = done[cold - 1];
        long last = done[done.length - 1];
        return new Rates(perSecond(cold, warm - firstCaptured), perSecond(done.length - cold, last - warm));
    }

    /** The capture time of the first frame after the first third, in milliseconds; 0 without frames. */
    long coldUntil() {
        long[] all = Arrays.copyOf(captured, count);
        Arrays.sort(all);
        return count == 0 ? 0 : all[count / COLD_PART];
    }

    /** Latencies of the frames that were captured at this time or later. */
    Percentiles latencies(long capturedSince) {
        Percentiles latencies = new Percentiles();
        for (int i = 0; i < count; i++) {
            if (captured[i] >= capturedSince) {
                latencies.add(classified[i] - captured[i]);
            }
        }
        return latencies;
    }

    private static double perSecond(int frames, long millis) {
        return 1000.0 * frames / Math.max(1, millis);
    }
}
