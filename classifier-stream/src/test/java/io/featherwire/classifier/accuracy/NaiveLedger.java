package io.featherwire.classifier.accuracy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A simple reference of the join: remembers everything, and counts from scratch when asked. */
final class NaiveLedger {
    private static final class Frame {
        @Nullable
        FramePrediction prediction;

        @Nullable
        String label;

        long labelledAt;
        long since;
        int corrections;
        boolean late;
        long lateSince;
    }

    private final Map<Integer, Frame> alive = new LinkedHashMap<>();
    private final List<Frame> gone = new ArrayList<>();
    private long labelsWithoutPrediction;
    private long now = LedgerReplay.START;

    void play(LedgerEvent event) {
        if (event instanceof LedgerEvent.Tick tick) {
            now += tick.ms();
            alive.values().removeIf(this::isForgotten);
        } else if (event instanceof LedgerEvent.Predicted predicted) {
            predicted(predicted);
        } else if (event instanceof LedgerEvent.Labelled labelled) {
            labelled(labelled);
        }
    }

    private void predicted(LedgerEvent.Predicted event) {
        var frame = alive.get(event.frame());
        if (frame != null && frame.prediction == null && isClosed(frame.since)) {
            labelsWithoutPrediction++;
            alive.remove(event.frame());
            frame = null;
        }
        if (frame == null) {
            frame = new Frame();
            alive.put(event.frame(), frame);
        }
        if (frame.prediction == null) {
            frame.prediction = LedgerReplay.prediction(event, now);
            frame.since = now;
        }
    }

    private void labelled(LedgerEvent.Labelled event) {
        var name = LedgerReplay.CLASSES.get(event.classIndex());
        var frame = alive.get(event.frame());
        if (frame != null && frame.prediction == null && isClosed(frame.since)) {
            labelsWithoutPrediction++;
            frame = null;
        }
        if (frame == null) {
            frame = new Frame();
            frame.since = now;
            alive.put(event.frame(), frame);
        }
        if (frame.prediction != null && isClosed(frame.since)) {
            frame.lateSince = frame.late ? frame.lateSince : now;
            frame.late = true;
        } else if (!name.equals(frame.label)) {
            frame.corrections += frame.label == null ? 0 : 1;
            frame.label = name;
            frame.labelledAt = now;
        }
    }

    private boolean isClosed(long time) {
        long width = LedgerReplay.SETTINGS.bucketMs();
        return (time / width + 1) * width + LedgerReplay.SETTINGS.waitMs() <= now;
    }

    private boolean isForgotten(Frame frame) {
        long newest = Math.max(frame.since, frame.late ? frame.lateSince : 0);
        boolean matched = frame.prediction != null && frame.label != null;
        boolean forgotten = !matched && isClosed(newest) && newest <= now - 2 * LedgerReplay.SETTINGS.waitMs();
        if (forgotten && frame.prediction == null) {
            labelsWithoutPrediction++;
        } else if (forgotten) {
            gone.add(frame);
        }
        return forgotten;
    }

    Map<String, BundleCounts> total() {
        var total = new TreeMap<String, BundleCounts>();
        var other = total.computeIfAbsent(Ledger.ALL_BUNDLES, bundle -> new BundleCounts());
        other.add(Counter.LABEL_WITHOUT_PREDICTION, labelsWithoutPrediction);
        var all = new ArrayList<>(alive.values());
        all.addAll(gone);
        for (var frame : all) {
            if (frame.prediction == null) {
                other.add(isClosed(frame.since) ? Counter.LABEL_WITHOUT_PREDICTION : Counter.LABEL_PENDING, 1);
            } else {
                count(
                        total.computeIfAbsent(frame.prediction.bundle(), bundle -> new BundleCounts()),
                        frame,
                        frame.prediction);
            }
        }
        total.values().removeIf(BundleCounts::isEmpty);
        return total;
    }

    private void count(BundleCounts tally, Frame frame, FramePrediction prediction) {
        tally.add(Counter.CLASSIFIED, 1);
        tally.add(Counter.PAYLOAD_BYTES, prediction.payloadBytes());
        tally.add(Counter.LABEL_LATE, frame.late ? 1 : 0);
        boolean agreed = prediction.uncompressedClass() == prediction.classIndex();
        if (prediction.isAudited()) {
            tally.add(Counter.AUDITED, 1);
            tally.add(Counter.AUDIT_AGREED, agreed ? 1 : 0);
            tally.add(Counter.AUDIT_IMAGE_BYTES, prediction.imageBytes());
        }
        if (frame.label == null) {
            tally.add(Counter.LABEL_NEVER, isClosed(frame.since) ? 1 : 0);
            return;
        }
        int label = LedgerReplay.CLASSES.indexOf(frame.label);
        boolean right = label == prediction.classIndex();
        tally.add(Counter.MATCHED, 1);
        tally.add(Counter.CORRECT, right ? 1 : 0);
        tally.add(Counter.LABEL_CORRECTED, frame.corrections);
        tally.add(Counter.LABEL_DELAY_MS, frame.labelledAt - prediction.classifiedAt());
        tally.addCell(label, prediction.classIndex(), 1);
        if (prediction.isAudited()) {
            boolean uncompressedRight = label == prediction.uncompressedClass();
            tally.add(Counter.AUDIT_MATCHED, 1);
            tally.add(Counter.AUDIT_CORRECT, right ? 1 : 0);
            tally.add(Counter.AUDIT_UNCOMPRESSED_CORRECT, uncompressedRight ? 1 : 0);
            tally.add(Counter.AUDIT_BOTH_CORRECT, right && uncompressedRight ? 1 : 0);
        }
    }
}
