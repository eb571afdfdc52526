package io.featherwire.evaluation;

import io.featherwire.codec.Prediction;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.Quantiser;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.evaluation.statistics.ClassProbabilities;
import io.featherwire.evaluation.statistics.ConfusionMatrix;
import io.featherwire.evaluation.statistics.PairedProportions;
import io.featherwire.evaluation.statistics.PayloadSizes;
import io.featherwire.evaluation.statistics.Proportion;
import io.featherwire.evaluation.statistics.ReliabilityDiagram;
import io.featherwire.evaluation.statistics.SymbolHistograms;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Accumulates the outcomes of images into a {@link PathResult}. Not thread-safe. */
final class PathAccumulator {

    private final String name;
    private final ConfusionMatrix confusion;
    private final ReliabilityDiagram calibration = new ReliabilityDiagram();
    private final int[][] cells;
    private final PayloadSizes bytes = new PayloadSizes();
    private final @Nullable Symbols symbols;
    private int images;
    private int agreed;
    private double divergence;
    private double squaredError;

    private PathAccumulator(String name, int classes, @Nullable Symbols symbols) {
        this.name = name;
        this.confusion = new ConfusionMatrix(classes);
        this.cells = new int[classes][4];
        this.symbols = symbols;
    }

    static PathAccumulator of(String name, int classes) {
        return new PathAccumulator(name, classes, null);
    }

    /**
     * Makes an accumulator that also counts the symbols of decoded codes and, if {@code tables} are given, their bits.
     */
    static PathAccumulator ofQuantised(
            String name, int classes, TensorShape shape, Quantiser quantiser, @Nullable EntropyTables tables) {
        return new PathAccumulator(name, classes, new Symbols(shape, quantiser, tables));
    }

    /** Adds the predictions of this path and of the uncompressed path for one image. */
    void add(int label, Prediction uncompressed, Prediction prediction, int size) {
        boolean before = uncompressed.classIndex() == label;
        boolean after = prediction.classIndex() == label;
        confusion.add(label, prediction.classIndex());
        calibration.add(prediction.probability(), after);
        cells[label][(before ? 0 : 2) + (after ? 0 : 1)]++;
        agreed += prediction.classIndex() == uncompressed.classIndex() ? 1 : 0;
        divergence += ClassProbabilities.divergenceBits(uncompressed.probabilities(), prediction.probabilities());
        bytes.add(size);
        images++;
    }

    /** Adds the mean squared error of the feature that the head received. */
    void addFeature(float[] original, float[] reconstructed) {
        double sum = 0;
        for (int i = 0; i < original.length; i++) {
            double error = reconstructed[i] - original[i];
            sum += error * error;
        }
        squaredError += sum / original.length;
    }

    /** Counts the symbols of a decoded code. */
    void addCode(float[] decoded) {
        if (symbols != null) {
            symbols.add(decoded);
        }
    }

    PathResult result() {
        return PathResultBuilder.builder()
                .name(name)
                .confusion(confusion)
                .calibration(calibration)
                .pairs(Arrays.stream(cells)
                        .map(c -> new PairedProportions(c[0], c[1], c[2], c[3]))
                        .toList())
                .agreement(new Proportion(agreed, images))
                .divergenceBits(divergence / images)
                .featureMse(squaredError / images)
                .bytes(bytes)
                .bitsPerChannel(symbols == null ? null : symbols.histograms.bitsPerChannel())
                .modelBitsPerChannel(
                        symbols == null || symbols.tables == null
                                ? null
                                : Arrays.stream(symbols.modelBits)
                                        .map(bits -> bits / images)
                                        .toArray())
                .build();
    }

    /**
     * Recovers the symbols from decoded codes. A decoded value is offset + symbol × step, so that rounding gives the
     * exact symbol.
     */
    private static final class Symbols {
        private final TensorShape shape;
        private final float[] offset;
        private final float[] step;
        private final @Nullable EntropyTables tables;
        private final SymbolHistograms histograms;
        private final double[] modelBits;

        Symbols(TensorShape shape, Quantiser quantiser, @Nullable EntropyTables tables) {
            this.shape = shape;
            this.offset = quantiser.offset();
            this.step = quantiser.step();
            this.tables = tables;
            this.modelBits = new double[shape.channels()];
            this.histograms = new SymbolHistograms(shape.channels(), shape.plane());
        }

        void add(float[] decoded) {
            int[] symbols = new int[decoded.length];
            for (int i = 0; i < symbols.length; i++) {
                int c = i / shape.plane();
                symbols[i] = step[c] == 0 ? 0 : Math.round((decoded[i] - offset[c]) / step[c]);
            }
            histograms.add(symbols);
            if (tables != null) {
                double[] bits = tables.idealBitsByChannel(symbols);
                for (int c = 0; c < bits.length; c++) {
                    modelBits[c] += bits[c];
                }
            }
        }
    }
}
