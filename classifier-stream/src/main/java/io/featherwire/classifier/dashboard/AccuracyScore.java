package io.featherwire.classifier.dashboard;

import io.featherwire.classifier.accuracy.SnapshotCells;
import io.featherwire.schemas.AccuracySnapshot;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The counts of one accuracy snapshot, and the ratios that follow from them.
 *
 * @param accuracy the share of correct predictions among the matched frames
 * @param coverage the share of matched frames among the classified frames, 0..1
 * @param labelDelayMsMean the mean time from classification to label, in ms; null without labels
 * @param payloadBytesMean the mean payload size, in bytes; null without frames
 * @param audit the results of the shadow audit; null if no frame was audited
 * @param confusion the confusion matrix; rows are labels, columns are predictions, in the order of classes; empty with
 *     more than 100 classes
 * @param head the name of the further head; null for a bundle's own head
 * @param trunk the fingerprint of the bundle whose payloads the further head classifies; null for a bundle's own head
 */
@RecordBuilder
public record AccuracyScore(
        long emittedAt,
        long classified,
        long matched,
        long correct,
        @Nullable EstimatedShare accuracy,
        @Nullable Double coverage,
        @Nullable Double labelDelayMsMean,
        long labelCorrected,
        long labelLate,
        long labelNever,
        long labelPending,
        long labelWithoutPrediction,
        @Nullable Double payloadBytesMean,
        @Nullable Audit audit,
        List<ClassScore> classes,
        List<List<Long>> confusion,
        @Nullable String head,
        @Nullable String trunk) {

    /**
     * The results of the shadow audit.
     *
     * @param frames the number of audited frames
     * @param changed the share of audited frames in which compression changed the class; needs no labels
     * @param labelled the number of audited frames with a label
     * @param compressedAccuracy the accuracy of the compressed path over the audited frames with a label
     * @param uncompressedAccuracy the accuracy of the uncompressed path over the same frames
     * @param loss the accuracy of the uncompressed path minus that of the compressed path
     * @param imageBytesMean the mean size of the encoded image, in bytes
     */
    @RecordBuilder
    public record Audit(
            long frames,
            @Nullable EstimatedShare changed,
            long labelled,
            @Nullable EstimatedShare compressedAccuracy,
            @Nullable EstimatedShare uncompressedAccuracy,
            @Nullable EstimatedShare loss,
            double imageBytesMean) {}

    /**
     * The counts of one class.
     *
     * @param labelled the number of frames with this label
     * @param predicted the number of labelled frames that were predicted as this class
     * @param correct the number of frames with this label that were predicted as this class
     */
    public record ClassScore(String name, long labelled, long predicted, long correct) {}

    static AccuracyScore of(AccuracySnapshot snapshot) {
        long matched = snapshot.getMatched();
        long classified = snapshot.getClassified();
        return AccuracyScoreBuilder.builder()
                .emittedAt(snapshot.getEmittedAt().toEpochMilli())
                .classified(classified)
                .matched(matched)
                .correct(snapshot.getCorrect())
                .labelCorrected(snapshot.getLabelCorrected())
                .labelLate(snapshot.getLabelLate())
                .labelNever(snapshot.getLabelNever())
                .labelPending(snapshot.getLabelPending())
                .labelWithoutPrediction(snapshot.getLabelWithoutPrediction())
                .classes(classes(snapshot))
                .confusion(matrixRows(snapshot))
                .accuracy(EstimatedShare.of(snapshot.getCorrect(), matched))
                .coverage(classified == 0 ? null : (double) matched / classified)
                .labelDelayMsMean(matched == 0 ? null : snapshot.getLabelDelayMsMean())
                .payloadBytesMean(classified == 0 ? null : (double) snapshot.getPayloadBytes() / classified)
                .audit(auditOf(snapshot))
                .head(snapshot.getHead())
                .trunk(
                        snapshot.getTrunk() == null
                                ? null
                                : HexFormat.of().formatHex(snapshot.getTrunk().bytes()))
                .build();
    }

    private static @Nullable Audit auditOf(AccuracySnapshot snapshot) {
        long frames = snapshot.getAudited();
        if (frames == 0) {
            return null;
        }
        long n = snapshot.getAuditMatched();
        long both = snapshot.getAuditBothCorrect();
        return AccuracyScoreAuditBuilder.builder()
                .frames(frames)
                .labelled(n)
                .imageBytesMean((double) snapshot.getAuditImageBytes() / frames)
                .changed(EstimatedShare.of(frames - snapshot.getAuditAgreed(), frames))
                .compressedAccuracy(EstimatedShare.of(snapshot.getAuditCorrect(), n))
                .uncompressedAccuracy(EstimatedShare.of(snapshot.getAuditUncompressedCorrect(), n))
                .loss(EstimatedShare.pairedDifference(
                        snapshot.getAuditUncompressedCorrect() - both, snapshot.getAuditCorrect() - both, n))
                .build();
    }

    /** The rows of the confusion matrix; empty if it is too large to display. */
    private static List<List<Long>> matrixRows(AccuracySnapshot snapshot) {
        int n = snapshot.getClasses().size();
        var rows = new ArrayList<List<Long>>();
        for (int row = 0; row < n && snapshot.getConfusion().size() == n * n; row++) {
            rows.add(List.copyOf(snapshot.getConfusion().subList(row * n, (row + 1) * n)));
        }
        return rows;
    }

    private static List<ClassScore> classes(AccuracySnapshot snapshot) {
        var names = snapshot.getClasses();
        long[] labelled = new long[names.size()];
        long[] predicted = new long[names.size()];
        long[] correct = new long[names.size()];
        SnapshotCells.forEach(snapshot, (label, column, frames) -> {
            labelled[label] += frames;
            predicted[column] += frames;
            correct[label] += label == column ? frames : 0;
        });
        var classes = new ArrayList<ClassScore>();
        for (int i = 0; i < names.size(); i++) {
            classes.add(new ClassScore(names.get(i), labelled[i], predicted[i], correct[i]));
        }
        return classes;
    }
}
