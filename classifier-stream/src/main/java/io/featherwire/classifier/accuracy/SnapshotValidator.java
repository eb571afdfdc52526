package io.featherwire.classifier.accuracy;

import io.featherwire.schemas.AccuracySnapshot;
import java.util.HashSet;
import java.util.HexFormat;

/** Validates snapshots before they are added up or shown, since other programs may write to their topics. */
public final class SnapshotValidator {
    /** The maximum number of classes for which the confusion matrix is written in the dense form. */
    public static final int DENSE = 100;

    private static final int LONGEST_NAME = 1_000;

    private SnapshotValidator() {}

    /**
     * Rejects a snapshot whose parts do not match each other or its key.
     *
     * @throws IllegalArgumentException if the snapshot is rejected
     */
    public static AccuracySnapshot requireValid(SnapshotKey key, AccuracySnapshot snapshot) {
        long classes = snapshot.getClasses().size();
        var cells = snapshot.getCells();
        boolean sparse = snapshot.getConfusion().isEmpty() && (!cells.isEmpty() || classes > DENSE);
        requireThat(
                sparse
                        || cells.isEmpty()
                                && classes * classes == snapshot.getConfusion().size(),
                "the confusion matrix is not square");
        requireThat(cells.size() % 3 == 0, "a cell of the confusion matrix is cut short");
        for (int i = 0; i < cells.size(); i++) {
            requireThat(cells.get(i) >= 0 && (i % 3 == 2 || cells.get(i) < classes), "a cell is outside the matrix");
        }
        requireThat(new HashSet<>(snapshot.getClasses()).size() == classes, "a class name occurs twice");
        requireThat(snapshot.getWindow().equals(key.window()), "the window is not that of the key");
        requireThat(
                HexFormat.of().formatHex(snapshot.getBundle().bytes()).equals(key.bundle()),
                "the bundle is not that of the key");
        long[] counts = {
            snapshot.getClassified(),
            snapshot.getMatched(),
            snapshot.getCorrect(),
            snapshot.getPayloadBytes(),
            snapshot.getAudited(),
            snapshot.getAuditMatched()
        };
        for (long count : counts) {
            requireThat(count >= 0, "a count is negative");
        }
        requireThat(Double.isFinite(snapshot.getLabelDelayMsMean()), "the delay of labels is not a number");
        requireThat(
                (snapshot.getHead() == null) == (snapshot.getTrunk() == null), "a further head needs name and trunk");
        requireThat(
                snapshot.getHead() == null || snapshot.getHead().length() <= LONGEST_NAME,
                "the head's name is too long");
        return snapshot;
    }

    private static void requireThat(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
