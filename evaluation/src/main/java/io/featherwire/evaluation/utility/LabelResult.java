package io.featherwire.evaluation.utility;

import java.util.List;
import java.util.Locale;

/**
 * How a head of all classes, trained on float features, did on payloads.
 *
 * @param classes that it knows
 * @param trainingImages that it was trained on
 * @param testImages of all classes
 * @param accuracy on float features, 0..1
 * @param entropyBits of its predictions to float features
 * @param rows by the size that codecs were fitted for, rising
 */
public record LabelResult(
        int classes, int trainingImages, int testImages, double accuracy, double entropyBits, List<Row> rows) {

    public LabelResult {
        rows = List.copyOf(rows);
    }

    /**
     * One codec.
     *
     * @param rate bytes that it was fitted for
     * @param without prediction-preserving RDOQ
     * @param with prediction-preserving RDOQ on the encoder side, by this head
     */
    public record Row(int rate, Kept without, Kept with) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "all classes, fitted for %3d B: %6.1f B lose %5.2f points; with prediction-preserving RDOQ %6.1f B lose %5.2f",
                    rate,
                    without.bytes(),
                    -100 * without.difference().mean(),
                    with.bytes(),
                    -100 * with.difference().mean());
        }
    }

    /**
     * What payloads keep of the head's predictions.
     *
     * @param bytes mean of a payload
     * @param difference accuracy less that on float features
     * @param agreement share of images with the same prediction
     */
    public record Kept(double bytes, PairedDifference difference, double agreement) {}
}
