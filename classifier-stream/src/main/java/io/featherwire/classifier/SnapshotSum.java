package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.Count;
import io.featherwire.classifier.accuracy.Tally;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Fingerprint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds up snapshots, or makes one of a tally. Confusion matrices of other class lists are added by class name. */
final class SnapshotSum {
    private final Map<String, Integer> classes = new LinkedHashMap<>();
    private final Map<Long, Long> confusion = new LinkedHashMap<>();
    private final Map<Count, Long> counts = new EnumMap<>(Count.class);

    SnapshotSum add(Tally tally, List<String> classNames) {
        int[] index = indexes(classNames);
        for (var count : Count.values()) {
            counts.merge(count, tally.get(count), Long::sum);
        }
        tally.forEachCell((label, predicted, n) -> add(index[label], index[predicted], n));
        return this;
    }

    SnapshotSum add(AccuracySnapshot snapshot) {
        int[] index = indexes(snapshot.getClasses());
        var cells = snapshot.getConfusion();
        for (int i = 0; i < cells.size(); i++) {
            if (cells.get(i) != 0) {
                add(index[i / index.length], index[i % index.length], cells.get(i));
            }
        }
        counts(snapshot).forEach((count, n) -> counts.merge(count, n, Long::sum));
        return this;
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

    private static Map<Count, Long> counts(AccuracySnapshot snapshot) {
        var counts = new EnumMap<Count, Long>(Count.class);
        counts.put(Count.CLASSIFIED, snapshot.getClassified());
        counts.put(Count.PAYLOAD_BYTES, snapshot.getPayloadBytes());
        counts.put(Count.MATCHED, snapshot.getMatched());
        counts.put(Count.CORRECT, snapshot.getCorrect());
        counts.put(Count.LABEL_DELAY_MS, Math.round(snapshot.getLabelDelayMsMean() * snapshot.getMatched()));
        counts.put(Count.LABEL_CORRECTED, snapshot.getLabelCorrected());
        counts.put(Count.LABEL_LATE, snapshot.getLabelLate());
        counts.put(Count.LABEL_NEVER, snapshot.getLabelNever());
        counts.put(Count.LABEL_PENDING, snapshot.getLabelPending());
        counts.put(Count.LABEL_WITHOUT_PREDICTION, snapshot.getLabelWithoutPrediction());
        counts.put(Count.AUDITED, snapshot.getAudited());
        counts.put(Count.AUDIT_AGREED, snapshot.getAuditAgreed());
        counts.put(Count.AUDIT_MATCHED, snapshot.getAuditMatched());
        counts.put(Count.AUDIT_CORRECT, snapshot.getAuditCorrect());
        counts.put(Count.AUDIT_UNCOMPRESSED_CORRECT, snapshot.getAuditUncompressedCorrect());
        counts.put(Count.AUDIT_BOTH_CORRECT, snapshot.getAuditBothCorrect());
        counts.put(Count.AUDIT_IMAGE_BYTES, snapshot.getAuditImageBytes());
        return counts;
    }

    AccuracySnapshot build(String bundle, String window, long emittedAt) {
        long matched = get(Count.MATCHED);
        return AccuracySnapshot.newBuilder()
                .setBundle(new Fingerprint(HexFormat.of().parseHex(bundle)))
                .setWindow(window)
                .setEmittedAt(Instant.ofEpochMilli(emittedAt))
                .setClassified(get(Count.CLASSIFIED))
                .setMatched(matched)
                .setCorrect(get(Count.CORRECT))
                .setLabelCorrected(get(Count.LABEL_CORRECTED))
                .setLabelLate(get(Count.LABEL_LATE))
                .setLabelNever(get(Count.LABEL_NEVER))
                .setLabelWithoutPrediction(get(Count.LABEL_WITHOUT_PREDICTION))
                .setLabelDelayMsMean(matched == 0 ? 0 : (double) get(Count.LABEL_DELAY_MS) / matched)
                .setClasses(List.copyOf(classes.keySet()))
                .setConfusion(matrix())
                .setLabelPending(get(Count.LABEL_PENDING))
                .setPayloadBytes(get(Count.PAYLOAD_BYTES))
                .setAudited(get(Count.AUDITED))
                .setAuditAgreed(get(Count.AUDIT_AGREED))
                .setAuditMatched(get(Count.AUDIT_MATCHED))
                .setAuditCorrect(get(Count.AUDIT_CORRECT))
                .setAuditUncompressedCorrect(get(Count.AUDIT_UNCOMPRESSED_CORRECT))
                .setAuditBothCorrect(get(Count.AUDIT_BOTH_CORRECT))
                .setAuditImageBytes(get(Count.AUDIT_IMAGE_BYTES))
                .build();
    }

    private long get(Count count) {
        return counts.getOrDefault(count, 0L);
    }

    private List<Long> matrix() {
        int n = classes.size();
        var rows = new ArrayList<>(Collections.nCopies(Math.multiplyExact(n, n), 0L));
        confusion.forEach((cell, frames) -> rows.set((int) (cell >> 32) * n + cell.intValue(), frames));
        return rows;
    }

    /** Whether an earlier snapshot says the same as this sum, whenever it was said. */
    boolean isSaidBy(AccuracySnapshot before) {
        return build(bundleOf(before), before.getWindow(), before.getEmittedAt().toEpochMilli())
                .equals(before);
    }

    private static String bundleOf(AccuracySnapshot snapshot) {
        return HexFormat.of().formatHex(snapshot.getBundle().bytes());
    }
}
