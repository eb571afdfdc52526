package io.featherwire.lab.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Start times, restart times and memory of the streams.
 *
 * @param startSeconds seconds from each start of both processes to the first classification
 * @param restartSeconds seconds from each kill -9 to the first classification of a frame that was sent after the kill,
 *     by stream
 * @param samples memory samples of a long run, at equal distances in frames
 * @param rebalances number of rebalances during the long run, by stream
 */
public record LifecycleReport(
        Map<String, String> machine,
        List<Double> startSeconds,
        Map<String, List<Double>> restartSeconds,
        List<Sample> samples,
        Map<String, Double> rebalances)
        implements MachineReport {

    /** The longest allowed time from a kill -9 to the next record, in seconds. */
    private static final double RESTARTED = 10;

    /**
     * Memory use counts as constant if the last quarter of the run uses at most this multiple of the second quarter.
     */
    private static final double FLAT = 1.05;

    /** The minimum number of frames for a verdict. In a shorter run, heap and caches are still growing. */
    private static final int LONG = 200_000;

    /** The resident memory of the streams after a number of frames. */
    public record Sample(int frames, double seconds, long compressorRssMib, long classifierRssMib) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "after %,9d frames and %6.1f s: compressor %5d MiB, classifier %5d MiB",
                    frames,
                    seconds,
                    compressorRssMib,
                    classifierRssMib);
        }
    }

    public LifecycleReport {
        startSeconds = List.copyOf(startSeconds);
        restartSeconds = new TreeMap<>(restartSeconds);
        rebalances = new TreeMap<>(rebalances);
        samples = List.copyOf(samples);
    }

    /** The mean resident memory in the last quarter of the run, relative to the second quarter. */
    public double compressorMemoryGrowth() {
        return growth(Sample::compressorRssMib);
    }

    public double classifierMemoryGrowth() {
        return growth(Sample::classifierRssMib);
    }

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(MachineReport.line(machine));
        lines.add("seconds from start to first classification: " + join(startSeconds));
        restartSeconds.forEach((stream, seconds) -> lines.add(String.format(
                Locale.ROOT,
                "seconds from kill -9 and restart to the next record, %s: %s: %s, the goal is %.0f s",
                stream,
                join(seconds),
                max(seconds) <= RESTARTED ? "in time" : "TOO LATE",
                RESTARTED)));
        samples.forEach(sample -> lines.add(sample.toString()));
        rebalances.forEach((stream, count) ->
                lines.add(String.format(Locale.ROOT, "rebalances during the long run: %s %.0f", stream, count)));
        lines.add(String.format(
                Locale.ROOT,
                "memory, last quarter relative to second quarter: compressor %.3f, classifier %.3f: %s",
                compressorMemoryGrowth(),
                classifierMemoryGrowth(),
                verdict()));
        return lines;
    }

    private static String join(List<Double> seconds) {
        return String.join(", ", seconds.stream().map("%.1f"::formatted).toList());
    }

    private static double max(List<Double> seconds) {
        return seconds.stream().mapToDouble(s -> s).max().orElse(Double.NaN);
    }

    private String verdict() {
        if (samples.isEmpty() || samples.get(samples.size() - 1).frames() < LONG) {
            return String.format(Locale.ROOT, "the run is too short for a verdict, which needs %,d frames", LONG);
        }
        return Math.max(compressorMemoryGrowth(), classifierMemoryGrowth()) <= FLAT ? "flat" : "GROWING";
    }

    private double growth(ToLongFunction<Sample> rss) {
        int quarter = Math.max(1, samples.size() / 4);
        return mean(samples.subList(samples.size() - quarter, samples.size()), rss)
                / mean(samples.subList(quarter, 2 * quarter), rss);
    }

    private static double mean(List<Sample> samples, ToLongFunction<Sample> rss) {
        return samples.stream().mapToLong(rss).average().orElse(Double.NaN);
    }
}
