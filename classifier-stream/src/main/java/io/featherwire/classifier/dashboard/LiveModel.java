package io.featherwire.classifier.dashboard;

import io.featherwire.classifier.accuracy.Ledger;
import io.featherwire.classifier.accuracy.SnapshotKey;
import io.featherwire.classifier.accuracy.Snapshots;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.Label;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keeps what was read from the topics in the shape that the page wants. Bounded; thread-safe. */
final class LiveModel {
    private static final int FRAMES = 24;
    private static final int LABELS = 4_096;
    private static final int LATENCIES = 5_000;
    private static final long RATE_MS = 10_000;
    private static final int POINTS = 1_800;
    private static final int MOST_CLASSIFIED = 400;
    private static final int MOST_BUNDLES = 200;
    private static final int MOST_WINDOWS = 64;
    private static final int MOST_REASONS = 500;
    private static final int LONGEST_REASON = 64;
    private static final int LONGEST_TEXT = 2_048;
    /** Of further heads, or labels, of one frame. */
    private static final int MOST_ANSWERS = 8;

    private static final int LONGEST_ANSWER = 120;
    private static final String OTHER = "other";
    /** Times beyond are nobody's clock. */
    private static final long LATEST = Instant.parse("9999-01-01T00:00:00Z").toEpochMilli();

    private record FrameName(String sensorId, String frameId) {}

    private record At(long ms, double value) {}

    private final Map<String, Map<String, Score>> accuracy = new TreeMap<>();
    private final Map<String, ArrayDeque<Point>> history = new TreeMap<>();
    private final Map<FrameName, Classification> frames = newest(MOST_CLASSIFIED);
    /** What further heads say, by their fingerprint. */
    private final Map<FrameName, Map<String, Classification>> further = newest(MOST_CLASSIFIED);

    private final Map<FrameName, List<Label>> labels = newest(LABELS);
    private final Map<List<String>, Long> deadLetters = new TreeMap<>(Comparator.comparing(List::toString));
    private final ArrayDeque<At> latencies = new ArrayDeque<>();
    private final ArrayDeque<At> totals = new ArrayDeque<>();

    /**
     * Accuracy over the shortest rolling window at one moment.
     *
     * @param at in ms since the epoch
     * @param matched labelled frames behind accuracy
     * @param auditMatched labelled frames behind compressed and uncompressed
     */
    record Point(
            long at,
            long matched,
            @Nullable Double accuracy,
            long auditMatched,
            @Nullable Double compressed,
            @Nullable Double uncompressed) {}

    synchronized void snapshot(String key, AccuracySnapshot snapshot) {
        var name = SnapshotKey.parse(key);
        if (!accuracy.containsKey(name.bundle()) && accuracy.size() == MOST_BUNDLES) {
            throw new IllegalArgumentException("more bundles than can be shown");
        }
        var score = Score.of(Snapshots.check(name, snapshot));
        var windows = accuracy.computeIfAbsent(name.bundle(), bundle -> new TreeMap<>(LiveModel::compareWindows));
        if (windows.size() < MOST_WINDOWS || windows.containsKey(name.window())) {
            windows.put(name.window(), score);
        }
        if (name.window().equals(shortestWindow().orElse(""))) {
            point(name.bundle(), snapshot, score);
        }
        if (name.bundle().equals(Ledger.ALL_BUNDLES) && name.window().equals(Ledger.TOTAL)) {
            add(totals, score.emittedAt(), score.classified(), RATE_MS, LATENCIES);
        }
    }

    private void point(String bundle, AccuracySnapshot snapshot, Score score) {
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

    synchronized void classification(Classification classification) {
        checkTexts(classification.getSensorId(), classification.getFrameId(), classification.getLabel());
        var name = new FrameName(classification.getSensorId(), classification.getFrameId());
        if (classification.getHeadFingerprint() != null) {
            further(name, classification);
            return;
        }
        frames.put(name, classification);
        add(latencies, classification.getClassifiedAt().toEpochMilli(), latency(classification), RATE_MS, LATENCIES);
    }

    private void further(FrameName name, Classification classification) {
        checkTexts(String.valueOf(classification.getHead()));
        var ofFrame = further.computeIfAbsent(name, frame -> new TreeMap<>());
        var head = HexFormat.of().formatHex(classification.getHeadFingerprint().bytes());
        if (ofFrame.size() < MOST_ANSWERS || ofFrame.containsKey(head)) {
            ofFrame.put(head, classification);
        }
    }

    synchronized void label(String sensorId, Label label) {
        checkTexts(sensorId, label.getFrameId(), label.getLabel(), label.getHead() == null ? "" : label.getHead());
        var ofFrame = labels.computeIfAbsent(new FrameName(sensorId, label.getFrameId()), frame -> new ArrayList<>());
        ofFrame.add(label);
        if (ofFrame.size() > MOST_ANSWERS) {
            ofFrame.remove(0);
        }
    }

    /** The further heads that were counted, by fingerprint. */
    synchronized Map<String, LiveState.Head> heads() {
        var heads = new TreeMap<String, LiveState.Head>();
        accuracy.forEach((fingerprint, windows) -> windows.values().stream()
                .filter(score -> score.trunk() != null)
                .findAny()
                .ifPresent(score -> heads.put(
                        fingerprint, new LiveState.Head(String.valueOf(score.head()), String.valueOf(score.trunk())))));
        return heads;
    }

    /** The newest label of a frame that counts for a head, as far as its classes are known. */
    private @Nullable String label(FrameName frame, String fingerprint, @Nullable String name) {
        var classes = accuracy.getOrDefault(fingerprint, Map.of()).values().stream()
                .findAny()
                .map(Score::classes)
                .orElse(List.of());
        String newest = null;
        for (var label : labels.getOrDefault(frame, List.of())) {
            boolean named = label.getHead() == null
                    || label.getHead().equals(fingerprint)
                    || label.getHead().equals(name);
            boolean has = classes.isEmpty()
                    ? name == null
                    : classes.stream().anyMatch(each -> each.name().equals(label.getLabel()));
            newest = named && has ? label.getLabel() : newest;
        }
        return newest;
    }

    /** The streams take no longer ones; others may write to these topics, too. */
    private static void checkTexts(String... texts) {
        for (String text : texts) {
            if (text.length() > LONGEST_TEXT) {
                throw new IllegalArgumentException("a text of " + text.length() + " characters");
            }
        }
    }

    synchronized void deadLetter(String stage, String reason) {
        var name = List.of(shortened(stage), shortened(reason));
        boolean room = deadLetters.containsKey(name) || deadLetters.size() < MOST_REASONS;
        deadLetters.merge(room ? name : List.of(OTHER, OTHER), 1L, Long::sum);
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
    }

    /** The frames shown are of a time that has gone: nobody was looking meanwhile. */
    synchronized void forgetFrames() {
        frames.clear();
        further.clear();
        labels.clear();
        latencies.clear();
    }

    private static void add(ArrayDeque<At> values, long at, double value, long keepMs, int most) {
        if (at < 0 || at > LATEST) {
            return;
        }
        values.add(new At(at, value));
        while (values.size() > most || values.element().ms() < at - keepMs) {
            values.remove();
        }
    }

    synchronized Map<String, Map<String, Score>> accuracy() {
        var copy = new TreeMap<String, Map<String, Score>>();
        accuracy.forEach((bundle, windows) -> copy.put(bundle, new LinkedHashMap<>(windows)));
        return copy;
    }

    synchronized Optional<Score> score(String bundle, String window) {
        return Optional.ofNullable(accuracy.getOrDefault(bundle, Map.of()).get(window));
    }

    synchronized Map<String, List<Point>> history() {
        var copy = new TreeMap<String, List<Point>>();
        history.forEach((bundle, points) -> copy.put(bundle, List.copyOf(points)));
        return copy;
    }

    /** Shortest first, then the window of the last labelled frames, then all. */
    synchronized List<String> windows() {
        return accuracy.getOrDefault(Ledger.ALL_BUNDLES, Map.of()).keySet().stream()
                .sorted(LiveModel::compareWindows)
                .toList();
    }

    private Optional<String> shortestWindow() {
        return windows().stream().filter(window -> window.startsWith("PT")).findFirst();
    }

    private static int compareWindows(String a, String b) {
        return Comparator.comparing(LiveModel::length)
                .thenComparing(Comparator.naturalOrder())
                .compare(a, b);
    }

    private static Duration length(String window) {
        if (window.equals(Ledger.TOTAL)) {
            return Duration.ofSeconds(Long.MAX_VALUE);
        }
        return window.startsWith("P") ? Duration.parse(window) : Duration.ofSeconds(Long.MAX_VALUE - 1);
    }

    synchronized @Nullable Double framesPerSecond(long now) {
        totals.removeIf(total -> total.ms() < now - RATE_MS);
        if (totals.size() < 2) {
            return accuracy.isEmpty() ? null : Double.valueOf(0);
        }
        var first = totals.getFirst();
        var last = totals.getLast();
        return last.ms() == first.ms() ? 0 : 1000 * (last.value() - first.value()) / (last.ms() - first.ms());
    }

    synchronized LiveState.@Nullable Latency latency(long now) {
        latencies.removeIf(latency -> latency.ms() < now - RATE_MS);
        if (latencies.isEmpty()) {
            return null;
        }
        var sorted = latencies.stream().mapToDouble(At::value).sorted().toArray();
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
        var newest = new ArrayList<>(frames.values());
        newest.sort(Comparator.comparing(Classification::getClassifiedAt).reversed());
        return newest.stream()
                .limit(FRAMES)
                .map(frame -> frame(frame, thumbnails))
                .toList();
    }

    private LiveState.Frame frame(Classification frame, Thumbnails thumbnails) {
        var name = new FrameName(frame.getSensorId(), frame.getFrameId());
        var bundle = HexFormat.of().formatHex(frame.getBundle().bytes());
        return new LiveState.Frame(
                frame.getSensorId(),
                frame.getFrameId(),
                frame.getLabel(),
                frame.getProbability(),
                label(name, bundle, null),
                bundle,
                frame.getPayloadBytes(),
                frame.getClassifiedAt().toEpochMilli(),
                latency(frame),
                thumbnails.has(frame.getSensorId(), frame.getFrameId()),
                further.getOrDefault(name, Map.of()).entrySet().stream()
                        .map(answer -> answer(name, answer.getKey(), answer.getValue()))
                        .toList());
    }

    private LiveState.Answer answer(FrameName frame, String head, Classification said) {
        var text =
                switch (said.getKind()) {
                    case "multi-label" -> said.getLabels().isEmpty() ? "none" : String.join(", ", said.getLabels());
                    case "regression" -> quantities(said);
                    case "embedding" -> said.getValues().size() + " numbers";
                    default -> said.getLabel();
                };
        boolean one = said.getKind().equals("classification");
        return new LiveState.Answer(
                String.valueOf(said.getHead()),
                said.getKind(),
                text.length() <= LONGEST_ANSWER ? text : text.substring(0, LONGEST_ANSWER) + "…",
                one ? Double.valueOf(said.getProbability()) : null,
                one ? label(frame, head, said.getHead()) : null);
    }

    private static String quantities(Classification said) {
        var text = new StringJoiner(", ");
        for (int i = 0; i < Math.min(said.getValues().size(), MOST_ANSWERS); i++) {
            var name = i < said.getValueNames().size() ? said.getValueNames().get(i) + " " : "";
            text.add(name + String.format(Locale.ROOT, "%.4g", said.getValues().get(i)));
        }
        return text.toString();
    }

    private static double latency(Classification frame) {
        return (double) frame.getClassifiedAt().toEpochMilli()
                - frame.getCapturedAt().toEpochMilli();
    }

    private static <K, V> Map<K, V> newest(int most) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }
}
