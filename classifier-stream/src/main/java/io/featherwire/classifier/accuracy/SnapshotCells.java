package io.featherwire.classifier.accuracy;

import io.featherwire.schemas.AccuracySnapshot;

/** Reads the non-zero cells of a snapshot's confusion matrix, from its dense or sparse form. */
public final class SnapshotCells {
    private SnapshotCells() {}

    /**
     * Visits the non-zero cells.
     *
     * @throws IllegalArgumentException if matrix and class list of the snapshot do not match
     */
    public static void forEach(AccuracySnapshot snapshot, BundleCounts.CellVisitor visitor) {
        int n = snapshot.getClasses().size();
        var rows = snapshot.getConfusion();
        var cells = snapshot.getCells();
        if (cells.size() % 3 != 0 || !rows.isEmpty() && rows.size() != n * n) {
            throw new IllegalArgumentException("a confusion matrix of " + rows.size() + " cells, " + cells.size()
                    + " numbers, for " + n + " classes");
        }
        int i = 0;
        for (long frames : rows) {
            if (frames != 0) {
                visitor.visit(i / n, i % n, frames);
            }
            i++;
        }
        for (i = 0; i < cells.size(); i += 3) {
            visitor.visit(cellIndex(cells.get(i), n), cellIndex(cells.get(i + 1), n), cells.get(i + 2));
        }
    }

    private static int cellIndex(long place, int classes) {
        if (place < 0 || place >= classes) {
            throw new IllegalArgumentException("class " + place + " of " + classes);
        }
        return (int) place;
    }
}
