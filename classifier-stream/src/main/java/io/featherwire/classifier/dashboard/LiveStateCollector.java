package io.featherwire.classifier.dashboard;

import io.featherwire.classifier.accuracy.Ledger;
import io.featherwire.classifier.accuracy.SnapshotKey;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.Label;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects the data of the dashboard from the records of the topics. The memory is bounded. Thread-safe. */
final class LiveStateCollector {
    private static final int MAX_REASONS = 500;
    private static final int LONGEST_REASON = 64;
    private static final String OTHER = "other";

    private final LiveAccuracy accuracy = new LiveAccuracy();
    private final NewestFrames frames = new NewestFrames(accuracy);
    private final Map<List<String>, Long> deadLetters = new TreeMap<>(Comparator.comparing(List::toString));
    private final RecentValues latencies = new RecentValues();
    private final RecentValues totals = new RecentValues();

    synchronized void addSnapshot(String key, AccuracySnapshot snapshot) {
        var name = SnapshotKey.parse(key);
        var score = accuracy.update(name, snapshot);
        if (name.bundle().equals(Ledger.ALL_BUNDLES) && name.window().equals(Ledger.TOTAL)) {
            totals.add(score.emittedAt(), (double) score.classified());
        }
    }

    /** Removes a snapshot, since its window is not counted any more. */
    synchronized void removeSnapshot(String key) {
        accuracy.remove(SnapshotKey.parse(key));
    }

    synchronized void addClassification(Classification classification) {
        if (frames.addClassification(classification)) {
            latencies.add(classification.getClassifiedAt().toEpochMilli(), NewestFrames.latencyMillis(classification));
        }
    }

    synchronized void addLabel(String sensorId, Label label) {
        frames.addLabel(sensorId, label);
    }

    /** The further heads that have snapshots, by fingerprint. */
    synchronized Map<String, LiveState.Head> heads() {
        return accuracy.heads();
    }

    synchronized void countDeadLetter(String stage, String reason) {
        var name = List.of(shorten(stage), shorten(reason));
        boolean room = deadLetters.containsKey(name) || deadLetters.size() < MAX_REASONS;
        deadLetters.merge(room ? name : List.of(OTHER, OTHER), 1L, Long::sum);
    }

    private static String shorten(String text) {
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
    }

    /** Discards the frames, which are outdated because no page was open. */
    synchronized void discardFrames() {
        frames.clear();
        latencies.clear();
    }

    synchronized Map<String, Map<String, AccuracyScore>> accuracy() {
        return accuracy.scores();
    }

    synchronized Optional<AccuracyScore> score(String bundle, String window) {
        return accuracy.score(bundle, window);
    }

    synchronized Map<String, List<LiveAccuracy.Point>> history() {
        return accuracy.history();
    }

    /**
     * The windows: rolling windows from the shortest to the longest, then the newest labelled frames, then the total.
     */
    synchronized List<String> windows() {
        return accuracy.windows();
    }

    synchronized @Nullable Double framesPerSecond(long now) {
        totals.removeExpired(now);
        return totals.size() < 2 && accuracy.isEmpty() ? null : Double.valueOf(totals.growthPerSecond());
    }

    synchronized LiveState.@Nullable Latency latency(long now) {
        latencies.removeExpired(now);
        if (latencies.size() == 0) {
            return null;
        }
        var sorted = latencies.stream().sorted().toArray();
        return new LiveState.Latency(quantile(sorted, 0.5), quantile(sorted, 0.99), sorted.length);
    }

    private static double quantile(double[] sorted, double q) {
        return sorted[(int) Math.min(sorted.length - 1L, (long) Math.floor(q * sorted.length))];
    }

    synchronized List<LiveState.DeadLetterCount> deadLetters() {
        return deadLetters.entrySet().stream()
                .map(entry -> new LiveState.DeadLetterCount(
                        entry.getKey().get(0), entry.getKey().get(1), entry.getValue()))
                .sorted(Comparator.comparingLong(LiveState.DeadLetterCount::count)
                        .reversed())
                .toList();
    }

    synchronized List<LiveState.Frame> frames(Thumbnails thumbnails) {
        return frames.framesToShow(thumbnails);
    }
}
