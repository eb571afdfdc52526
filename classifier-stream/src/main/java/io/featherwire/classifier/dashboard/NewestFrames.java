package io.featherwire.classifier.dashboard;

import io.featherwire.schemas.Classification;
import io.featherwire.schemas.Label;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The newest frames with their predictions and labels. The memory is bounded. */
final class NewestFrames {
    private static final int FRAMES = 24;
    private static final int LABELS = 4_096;
    private static final int MAX_CLASSIFIED = 400;
    private static final int LONGEST_TEXT = 2_048;
    /** The maximum number of predictions of one frame by further heads, and of labels of one frame. */
    private static final int MAX_ANSWERS = 8;

    private static final int LONGEST_ANSWER = 120;

    private record FrameName(String sensorId, String frameId) {}

    private final LiveAccuracy accuracy;
    private final Map<FrameName, Classification> frames = boundedMap(MAX_CLASSIFIED);
    /** The predictions of further heads for each frame, by the head's fingerprint. */
    private final Map<FrameName, Map<String, Classification>> further = boundedMap(MAX_CLASSIFIED);

    private final Map<FrameName, List<Label>> labels = boundedMap(LABELS);

    /** @param accuracy knows the classes of each head */
    NewestFrames(LiveAccuracy accuracy) {
        this.accuracy = accuracy;
    }

    /** Adds a classification; returns whether it is one of a bundle's own head. */
    boolean addClassification(Classification classification) {
        checkTexts(classification.getSensorId(), classification.getFrameId(), classification.getLabel());
        var name = new FrameName(classification.getSensorId(), classification.getFrameId());
        if (classification.getHeadFingerprint() != null) {
            addFurtherPrediction(name, classification);
            return false;
        }
        frames.put(name, classification);
        return true;
    }

    private void addFurtherPrediction(FrameName name, Classification classification) {
        checkTexts(String.valueOf(classification.getHead()));
        var ofFrame = further.computeIfAbsent(name, frame -> new TreeMap<>());
        var head = HexFormat.of().formatHex(classification.getHeadFingerprint().bytes());
        if (ofFrame.size() < MAX_ANSWERS || ofFrame.containsKey(head)) {
            ofFrame.put(head, classification);
        }
    }

    void addLabel(String sensorId, Label label) {
        checkTexts(sensorId, label.getFrameId(), label.getLabel(), label.getHead() == null ? "" : label.getHead());
        var ofFrame = labels.computeIfAbsent(new FrameName(sensorId, label.getFrameId()), frame -> new ArrayList<>());
        ofFrame.add(label);
        if (ofFrame.size() > MAX_ANSWERS) {
            ofFrame.remove(0);
        }
    }

    void clear() {
        frames.clear();
        further.clear();
        labels.clear();
    }

    List<LiveState.Frame> framesToShow(Thumbnails thumbnails) {
        var newest = new ArrayList<>(frames.values());
        newest.sort(Comparator.comparing(Classification::getClassifiedAt).reversed());
        return newest.stream()
                .limit(FRAMES)
                .map(frame -> toFrame(frame, thumbnails))
                .toList();
    }

    private LiveState.Frame toFrame(Classification frame, Thumbnails thumbnails) {
        var name = new FrameName(frame.getSensorId(), frame.getFrameId());
        var bundle = HexFormat.of().formatHex(frame.getBundle().bytes());
        return LiveStateFrameBuilder.builder()
                .sensorId(frame.getSensorId())
                .frameId(frame.getFrameId())
                .predicted(frame.getLabel())
                .probability(frame.getProbability())
                .bundle(bundle)
                .payloadBytes(frame.getPayloadBytes())
                .classifiedAt(frame.getClassifiedAt().toEpochMilli())
                .latencyMs(latencyMillis(frame))
                .thumbnail(thumbnails.has(frame.getSensorId(), frame.getFrameId()))
                .heads(further.getOrDefault(name, Map.of()).entrySet().stream()
                        .map(prediction -> toPrediction(name, prediction.getKey(), prediction.getValue()))
                        .toList())
                .label(labelFor(name, bundle, null))
                .build();
    }

    private LiveState.Prediction toPrediction(FrameName frame, String head, Classification classification) {
        var text =
                switch (classification.getKind()) {
                    case "multi-label" ->
                        classification.getLabels().isEmpty() ? "none" : String.join(", ", classification.getLabels());
                    case "regression" -> formatQuantities(classification);
                    case "embedding" -> classification.getValues().size() + " numbers";
                    default -> classification.getLabel();
                };
        boolean one = classification.getKind().equals("classification");
        return new LiveState.Prediction(
                String.valueOf(classification.getHead()),
                classification.getKind(),
                text.length() <= LONGEST_ANSWER ? text : text.substring(0, LONGEST_ANSWER) + "…",
                one ? Double.valueOf(classification.getProbability()) : null,
                one ? labelFor(frame, head, classification.getHead()) : null);
    }

    private static String formatQuantities(Classification classification) {
        var text = new StringJoiner(", ");
        for (int i = 0; i < Math.min(classification.getValues().size(), MAX_ANSWERS); i++) {
            var name = i < classification.getValueNames().size()
                    ? classification.getValueNames().get(i) + " "
                    : "";
            text.add(name
                    + String.format(
                            Locale.ROOT, "%.4g", classification.getValues().get(i)));
        }
        return text.toString();
    }

    /** The time from capture to classification, in ms. */
    static double latencyMillis(Classification frame) {
        return (double) frame.getClassifiedAt().toEpochMilli()
                - frame.getCapturedAt().toEpochMilli();
    }

    /** The newest label of a frame that is a class of a head; null if there is none. */
    private @Nullable String labelFor(FrameName frame, String fingerprint, @Nullable String name) {
        var classes = accuracy.classes(fingerprint);
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

    /** Rejects long texts. The streams do not write them, but other programs may write to these topics. */
    static void checkTexts(String... texts) {
        for (String text : texts) {
            if (text.length() > LONGEST_TEXT) {
                throw new IllegalArgumentException("a text of " + text.length() + " characters");
            }
        }
    }

    private static <K, V> Map<K, V> boundedMap(int max) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > max;
            }
        };
    }
}
