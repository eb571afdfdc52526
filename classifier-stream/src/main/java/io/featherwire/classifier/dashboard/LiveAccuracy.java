package io.featherwire.classifier.dashboard;

import io.featherwire.classifier.accuracy.Ledger;
import io.featherwire.classifier.accuracy.SnapshotKey;
import io.featherwire.classifier.accuracy.SnapshotValidator;
import io.featherwire.schemas.AccuracySnapshot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest accuracy of each bundle, head and window, and the history of the shortest window. The memory is bounded.
 */
final class LiveAccuracy {
    private static final int POINTS = 1_800;
    private static final int MAX_BUNDLES = 200;
    private static final int MAX_WINDOWS = 64;

    private final Map<String, Map<String, AccuracyScore>> scores = new TreeMap<>();
    private final Map<String, ArrayDeque<Point>> history = new TreeMap<>();

    /**
     * The accuracy over the shortest rolling window at one moment, 0..1.
     *
     * @param at the time, in ms since 1970
     * @param matched the number of labelled frames of {@code accuracy}
     * @param auditMatched the number of labelled frames of {@code compressed} and {@code uncompressed}
     * @param compressed the accuracy of the compressed path over audited frames
     * @param uncompressed the accuracy of the uncompressed path over audited frames
     */
    record Point(
            long at,
            long matched,
            @Nullable Double accuracy,
            long auditMatched,
            @Nullable Double compressed,
            @Nullable Double uncompressed) {}

    /** Adds a snapshot and returns its score. */
    AccuracyScore update(SnapshotKey name, AccuracySnapshot snapshot) {
        if (!scores.containsKey(name.bundle()) && scores.size() == MAX_BUNDLES) {
            throw new IllegalArgumentException("there are more bundles than the dashboard can show");
        }
        var score = AccuracyScore.of(SnapshotValidator.requireValid(name, snapshot));
        var windows = scores.computeIfAbsent(name.bundle(), bundle -> new TreeMap<>(LiveAccuracy::compareWindows));
        if (windows.size() < MAX_WINDOWS || windows.containsKey(name.window())) {
            windows.put(name.window(), score);
        }
        if (name.window().equals(shortestWindow().orElse(""))) {
            addPoint(name.bundle(), snapshot, score);
        }
        return score;
    }

    /** Removes the score of a window that is not counted any more. */
    void remove(SnapshotKey name) {
        if (name.window().equals(shortestWindow().orElse(""))) {
            history.clear();
        }
        var windows = scores.getOrDefault(name.bundle(), new TreeMap<>());
        windows.remove(name.window());
        if (windows.isEmpty()) {
            scores.remove(name.bundle());
        }
    }

    private void addPoint(String bundle, AccuracySnapshot snapshot, AccuracyScore score) {
        var points = history.computeIfAbsent(bundle, name -> new ArrayDeque<>());
        long n = snapshot.getAuditMatched();
        points.add(new Point(
                score.emittedAt(),
                score.matched(),
                ratio(score.correct(), score.matched()),
                n,
                ratio(snapshot.getAuditCorrect(), n),
                ratio(snapshot.getAuditUncompressedCorrect(), n)));
        if (points.size() > POINTS) {
            points.poll();
        }
    }

    private static @Nullable Double ratio(long part, long whole) {
        return whole == 0 ? null : (double) part / whole;
    }

    /** The further heads that have snapshots, by fingerprint. */
    Map<String, LiveState.Head> heads() {
        var heads = new TreeMap<String, LiveState.Head>();
        scores.forEach((fingerprint, windows) -> windows.values().stream()
                .filter(score -> score.trunk() != null)
                .findAny()
                .ifPresent(score -> heads.put(
                        fingerprint, new LiveState.Head(String.valueOf(score.head()), String.valueOf(score.trunk())))));
        return heads;
    }

    /** The classes of a bundle's own head or a further head; empty if they are unknown. */
    List<AccuracyScore.ClassScore> classes(String fingerprint) {
        return scores.getOrDefault(fingerprint, Map.of()).values().stream()
                .findAny()
                .map(AccuracyScore::classes)
                .orElse(List.of());
    }

    boolean isEmpty() {
        return scores.isEmpty();
    }

    Map<String, Map<String, AccuracyScore>> scores() {
        var copy = new TreeMap<String, Map<String, AccuracyScore>>();
        scores.forEach((bundle, windows) -> copy.put(bundle, new LinkedHashMap<>(windows)));
        return copy;
    }

    Optional<AccuracyScore> score(String bundle, String window) {
        return Optional.ofNullable(scores.getOrDefault(bundle, Map.of()).get(window));
    }

    Map<String, List<Point>> history() {
        var copy = new TreeMap<String, List<Point>>();
        history.forEach((bundle, points) -> copy.put(bundle, List.copyOf(points)));
        return copy;
    }

    /**
     * The windows: rolling windows from the shortest to the longest, then the newest labelled frames, then the total.
     */
    List<String> windows() {
        return scores.getOrDefault(Ledger.ALL_BUNDLES, Map.of()).keySet().stream()
                .sorted(LiveAccuracy::compareWindows)
                .toList();
    }

    private Optional<String> shortestWindow() {
        return windows().stream().filter(window -> window.startsWith("PT")).findFirst();
    }

    private static int compareWindows(String a, String b) {
        return Comparator.comparing(LiveAccuracy::length)
                .thenComparing(Comparator.naturalOrder())
                .compare(a, b);
    }

    private static Duration length(String window) {
        if (window.equals(Ledger.TOTAL)) {
            return Duration.ofSeconds(Long.MAX_VALUE);
        }
        return window.startsWith("P") ? Duration.parse(window) : Duration.ofSeconds(Long.MAX_VALUE - 1);
    }
}
