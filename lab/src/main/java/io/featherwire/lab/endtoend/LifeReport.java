package io.featherwire.lab.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * How the streams live.
 *
 * @param startSeconds of each start, from both processes' beginning to the first classification
 * @param samples of a long run, equally far apart in frames
 */
public record LifeReport(Map<String, String> machine, List<Double> startSeconds, List<Sample> samples)
        implements Report {

    /** Flat: the last quarter takes at most so much more than the second one. */
    private static final double FLAT = 1.05;

    /** In a shorter run heap and caches are still filling. */
    private static final int LONG = 200_000;

    /** The streams' resident memory after so many frames. */
    public record Sample(int frames, double seconds, long compressorRssMib, long classifierRssMib) {

        @Override
        public String toString() {
            return "after %,9d frames and %6.1f s: compressor %5d MiB, classifier %5d MiB"
                    .formatted(frames, seconds, compressorRssMib, classifierRssMib);
        }
    }

    public LifeReport {
        startSeconds = List.copyOf(startSeconds);
        samples = List.copyOf(samples);
    }

    /** Resident memory of the last quarter of the run to that of its second quarter. */
    public double compressorGrowth() {
        return growth(Sample::compressorRssMib);
    }

    public double classifierGrowth() {
        return growth(Sample::classifierRssMib);
    }

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(Report.line(machine));
        lines.add("from start to first classification, s: "
                + String.join(", ", startSeconds.stream().map("%.1f"::formatted).toList()));
        samples.forEach(sample -> lines.add(sample.toString()));
        lines.add("last quarter to second quarter: compressor %.3f, classifier %.3f: %s"
                .formatted(compressorGrowth(), classifierGrowth(), verdict()));
        return lines;
    }

    private String verdict() {
        if (samples.isEmpty() || samples.get(samples.size() - 1).frames() < LONG) {
            return "too short a run to tell, it takes %,d frames".formatted(LONG);
        }
        return Math.max(compressorGrowth(), classifierGrowth()) <= FLAT ? "flat" : "GROWING";
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
