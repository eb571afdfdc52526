package io.featherwire.evaluation;

import io.featherwire.codec.Prediction;
import io.featherwire.evaluation.statistics.PairedProportions;
import io.featherwire.evaluation.statistics.Proportion;
import java.util.OptionalDouble;

/** Accumulates the outcomes of images into a point of the curve. Not thread-safe. */
final class PointAccumulator {

    private final int[] cells = new int[4];
    private int agreed;
    private long bytes;
    private long scanBytes;

    void add(CurveImage sample, Prediction prediction, int size, int scan) {
        boolean after = prediction.classIndex() == sample.label();
        cells[(sample.isUncompressedCorrect() ? 0 : 2) + (after ? 0 : 1)]++;
        agreed += prediction.classIndex() == sample.uncompressed().classIndex() ? 1 : 0;
        bytes += size;
        scanBytes += scan;
    }

    void add(CurveImage sample, Prediction prediction, int size) {
        add(sample, prediction, size, 0);
    }

    CurvePoint point(CurvePoint.Kind kind, String series, String label) {
        PairedProportions outcome = new PairedProportions(cells[0], cells[1], cells[2], cells[3]);
        double images = outcome.total();
        return CurvePointBuilder.builder()
                .kind(kind)
                .series(series)
                .label(label)
                .bytes(bytes / images)
                .scanBytes(scanBytes == 0 ? OptionalDouble.empty() : OptionalDouble.of(scanBytes / images))
                .outcome(outcome)
                .agreement(new Proportion(agreed, outcome.total()))
                .build();
    }
}
