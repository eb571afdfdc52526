package io.featherwire.evaluation.utility;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Tests heads that are trained on all images. Without folds, heads with several draws of validation images are tested
 * on the test images. With folds (cross-validation), every image of train and test is tested once, by a head that was
 * trained on the other folds.
 */
final class HeadTrials {

    private final HeadFitter heads;
    private final UtilityData data;
    private final List<HeadFitter.RowSplit> draws;
    private final int folds;
    /** The fold of each image; the training images come first. */
    private final int[] fold;

    private final int[] labels;

    private HeadTrials(HeadFitter heads, UtilityData data, int folds, List<HeadFitter.RowSplit> draws) {
        this.heads = heads;
        this.data = data;
        this.folds = folds;
        this.draws = draws;
        this.labels = IntStream.concat(
                        Arrays.stream(data.training().labels()),
                        Arrays.stream(data.test().labels()))
                .toArray();
        this.fold = assignFolds(labels, folds, data.lists().seeds().get(0));
    }

    static HeadTrials of(HeadFitter heads, UtilityData data, int folds) {
        List<HeadFitter.RowSplit> draws = data.lists().seeds().stream()
                .map(seed -> HeadFitter.RowSplit.of(
                        data.training().labels(), data.lists().heads().size(), 0, seed))
                .toList();
        return new HeadTrials(heads, data, folds, draws);
    }

    /** Assigns the images of each class to folds in turn, in random order. */
    private static int[] assignFolds(int[] labels, int folds, long seed) {
        int[] order = HeadFitter.RowSplit.shuffledRows(labels.length, new Random(seed));
        int[] seen = new int[Arrays.stream(labels).max().orElse(0) + 1];
        int[] fold = new int[labels.length];
        for (int row : order) {
            fold[row] = seen[labels[row]]++ % folds;
        }
        return fold;
    }

    /** Chooses the L2 strength on the validation images of all heads. */
    double chooseStrength(FloatMatrix training, FloatMatrix test) {
        if (folds == 1) {
            return heads.chooseStrength(draws, training, data.training().labels());
        }
        List<HeadFitter.RowSplit> draws = IntStream.range(0, folds)
                .mapToObj(own -> inAllImages(drawFor(own), rowsOutside(own)))
                .toList();
        return heads.chooseStrength(draws, training.concat(test), labels);
    }

    /** The outcomes of the tested images: [draws][images of test], or [1][images of train and test] with folds. */
    HeadOutcomes run(FloatMatrix training, FloatMatrix test, double strength) {
        if (folds == 1) {
            return heads.evaluate(
                    draws, training, data.training().labels(), test, data.test().labels(), strength);
        }
        FloatMatrix all = training.concat(test);
        HeadOutcomes outcomes = HeadOutcomes.of(1, all.count(), strength);
        for (int own = 0; own < folds; own++) {
            int tested = own;
            int[] others = rowsOutside(own);
            int[] rows = IntStream.range(0, fold.length)
                    .filter(i -> fold[i] == tested)
                    .toArray();
            HeadOutcomes some = heads.evaluate(
                    List.of(drawFor(own)),
                    all.select(others),
                    labels(others),
                    all.select(rows),
                    labels(rows),
                    strength);
            for (int i = 0; i < rows.length; i++) {
                outcomes.ranks()[0][rows[i]] = some.ranks()[0][i];
                outcomes.losses()[0][rows[i]] = some.losses()[0][i];
            }
        }
        return outcomes;
    }

    private int[] rowsOutside(int tested) {
        return IntStream.range(0, fold.length).filter(i -> fold[i] != tested).toArray();
    }

    /** Draws rows for fitting and validation among the rows outside of a fold. */
    private HeadFitter.RowSplit drawFor(int tested) {
        return HeadFitter.RowSplit.of(
                labels(rowsOutside(tested)), data.lists().heads().size(), 0, tested);
    }

    /** Changes the indices of a draw among {@code rows} into indices among all images. */
    private static HeadFitter.RowSplit inAllImages(HeadFitter.RowSplit draw, int[] rows) {
        return new HeadFitter.RowSplit(
                Arrays.stream(draw.fit()).map(i -> rows[i]).toArray(),
                Arrays.stream(draw.validation()).map(i -> rows[i]).toArray());
    }

    private int[] labels(int[] rows) {
        return Arrays.stream(rows).map(row -> labels[row]).toArray();
    }

    /** The number of tested images. */
    int testedImages() {
        return folds == 1 ? data.test().features().count() : labels.length;
    }
}
