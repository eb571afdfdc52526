package io.featherwire.classifier;

import static java.util.Objects.requireNonNull;

import io.featherwire.classifier.accuracy.BundleCounts;
import io.featherwire.classifier.accuracy.CountedHead;
import io.featherwire.classifier.accuracy.Counter;
import io.featherwire.classifier.accuracy.SnapshotCells;
import io.featherwire.classifier.accuracy.SnapshotValidator;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Fingerprint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adds up snapshots and counts to one snapshot. If the class lists differ, confusion matrices are added by class name.
 * Only cells that are not zero are stored, since a matrix of a thousand classes has a million cells.
 */
final class SnapshotSum {
    private final Map<String, Integer> classes = new LinkedHashMap<>();
    private final Map<Long, Long> confusion = new HashMap<>();
    private final Map<Counter, Long> counts = new EnumMap<>(Counter.class);

    /** The only counts with classes so far, whose cells need not be merged; null if there are several. */
    private @Nullable BundleCounts only;

    private List<String> classesOfOnly = List.of();

    /** The name of the further head; null for bundles' own heads. */
    private @Nullable String head;

    private @Nullable Fingerprint trunk;

    SnapshotSum add(BundleCounts tally, CountedHead counted) {
        if (counted.trunk() != null) {
            head = counted.name();
            trunk = new Fingerprint(HexFormat.of().parseHex(counted.trunk()));
        }
        return add(tally, counted.classes());
    }

    SnapshotSum add(BundleCounts tally, List<String> classNames) {
        for (var count : Counter.values()) {
            counts.merge(count, tally.get(count), Long::sum);
        }
        if (classNames.isEmpty()) {
            return this; // no classes, no cells
        }
        if (only == null && classes.isEmpty()) {
            only = tally;
            classesOfOnly = classNames;
        } else {
            mergeOnly();
            merge(tally, classNames);
        }
        return this;
    }

    SnapshotSum add(AccuracySnapshot snapshot) {
        mergeOnly();
        if (snapshot.getTrunk() != null) {
            head = snapshot.getHead();
            trunk = snapshot.getTrunk();
        }
        int[] index = indexes(snapshot.getClasses());
        SnapshotCells.forEach(snapshot, (label, predicted, n) -> add(index[label], index[predicted], n));
        counts(snapshot).forEach((count, n) -> counts.merge(count, n, Long::sum));
        return this;
    }

    private void mergeOnly() {
        var before = only;
        if (before != null) {
            only = null;
            merge(before, classesOfOnly);
        }
    }

    private void merge(BundleCounts tally, List<String> classNames) {
        int[] index = indexes(classNames);
        tally.forEachCell((label, predicted, n) -> add(index[label], index[predicted], n));
    }

    private int[] indexes(List<String> names) {
        return names.stream()
                .mapToInt(name -> {
                    classes.putIfAbsent(name, classes.size());
                    return classes.get(name);
                })
                .toArray();
    }

    private void add(int label, int predicted, long n) {
        confusion.merge((long) label << 32 | predicted, n, Long::sum);
    }

    private static Map<Counter, Long> counts(AccuracySnapshot snapshot) {
        var counts = new EnumMap<Counter, Long>(Counter.class);
        counts.put(Counter.CLASSIFIED, snapshot.getClassified());
        counts.put(Counter.PAYLOAD_BYTES, snapshot.getPayloadBytes());
        counts.put(Counter.MATCHED, snapshot.getMatched());
        counts.put(Counter.CORRECT, snapshot.getCorrect());
        counts.put(Counter.LABEL_DELAY_MS, Math.round(snapshot.getLabelDelayMsMean() * snapshot.getMatched()));
        counts.put(Counter.LABEL_CORRECTED, snapshot.getLabelCorrected());
        counts.put(Counter.LABEL_LATE, snapshot.getLabelLate());
        counts.put(Counter.LABEL_NEVER, snapshot.getLabelNever());
        counts.put(Counter.LABEL_PENDING, snapshot.getLabelPending());
        counts.put(Counter.LABEL_WITHOUT_PREDICTION, snapshot.getLabelWithoutPrediction());
        counts.put(Counter.AUDITED, snapshot.getAudited());
        counts.put(Counter.AUDIT_AGREED, snapshot.getAuditAgreed());
        counts.put(Counter.AUDIT_MATCHED, snapshot.getAuditMatched());
        counts.put(Counter.AUDIT_CORRECT, snapshot.getAuditCorrect());
        counts.put(Counter.AUDIT_UNCOMPRESSED_CORRECT, snapshot.getAuditUncompressedCorrect());
        counts.put(Counter.AUDIT_BOTH_CORRECT, snapshot.getAuditBothCorrect());
        counts.put(Counter.AUDIT_IMAGE_BYTES, snapshot.getAuditImageBytes());
        return counts;
    }

    AccuracySnapshot build(String bundle, String window, long emittedAt) {
        long matched = get(Counter.MATCHED);
        var names = only == null ? List.copyOf(classes.keySet()) : classesOfOnly;
        boolean dense = names.size() <= SnapshotValidator.DENSE;
        return AccuracySnapshot.newBuilder()
                .setBundle(new Fingerprint(HexFormat.of().parseHex(bundle)))
                .setWindow(window)
                .setEmittedAt(Instant.ofEpochMilli(emittedAt))
                .setClassified(get(Counter.CLASSIFIED))
                .setMatched(matched)
                .setCorrect(get(Counter.CORRECT))
                .setLabelCorrected(get(Counter.LABEL_CORRECTED))
                .setLabelLate(get(Counter.LABEL_LATE))
                .setLabelNever(get(Counter.LABEL_NEVER))
                .setLabelWithoutPrediction(get(Counter.LABEL_WITHOUT_PREDICTION))
                .setLabelDelayMsMean(matched == 0 ? 0 : (double) get(Counter.LABEL_DELAY_MS) / matched)
                .setClasses(names)
                .setConfusion(dense ? toMatrix(names.size()) : List.of())
                .setCells(dense ? List.of() : toCells())
                .setLabelPending(get(Counter.LABEL_PENDING))
                .setPayloadBytes(get(Counter.PAYLOAD_BYTES))
                .setAudited(get(Counter.AUDITED))
                .setAuditAgreed(get(Counter.AUDIT_AGREED))
                .setAuditMatched(get(Counter.AUDIT_MATCHED))
                .setAuditCorrect(get(Counter.AUDIT_CORRECT))
                .setAuditUncompressedCorrect(get(Counter.AUDIT_UNCOMPRESSED_CORRECT))
                .setAuditBothCorrect(get(Counter.AUDIT_BOTH_CORRECT))
                .setAuditImageBytes(get(Counter.AUDIT_IMAGE_BYTES))
                .setHead(head)
                .setTrunk(trunk)
                .build();
    }

    private long get(Counter count) {
        return counts.getOrDefault(count, 0L);
    }

    private List<Long> toMatrix(int n) {
        var rows = new ArrayList<>(Collections.nCopies(n * n, 0L));
        forEachCell((label, predicted, frames) -> rows.set(label * n + predicted, frames));
        return rows;
    }

    private List<Long> toCells() {
        var cells = new ArrayList<Long>(3 * (only == null ? confusion.size() : only.cellCount()));
        forEachCell((label, predicted, frames) -> {
            cells.add((long) label);
            cells.add((long) predicted);
            cells.add(frames);
        });
        return cells;
    }

    /** Visits the cells in the order of rows and columns. */
    private void forEachCell(BundleCounts.CellVisitor visitor) {
        if (only != null) {
            only.forEachCell(visitor);
            return;
        }
        long[] places =
                confusion.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
        for (long place : places) {
            visitor.visit((int) (place >> 32), (int) place, requireNonNull(confusion.get(place)));
        }
    }
}
