package io.featherwire.evaluation.utility;

import java.util.List;
import java.util.Locale;

/**
 * The results of a head of all classes, trained on float features, on payloads.
 *
 * @param classes number of classes
 * @param trainingImages number of images that the head was trained on
 * @param testImages number of test images of all classes
 * @param accuracy accuracy on float features, 0..1
 * @param entropyBits entropy of the head's predictions on float features, in bits
 * @param rows results by codec, in ascending size
 */
public record AllClassesResult(
        int classes, int trainingImages, int testImages, double accuracy, double entropyBits, List<Row> rows) {

    public AllClassesResult {
        rows = List.copyOf(rows);
    }

    /**
     * The results with one codec.
     *
     * @param rate mean payload size that the codec was fitted for, in bytes
     * @param without result without prediction-preserving RDOQ
     * @param with result with prediction-preserving RDOQ, where the encoder side knows the head
     */
    public record Row(int rate, PayloadResult without, PayloadResult with) {
        String consoleLine() {
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
     * Size and accuracy of payloads.
     *
     * @param bytes mean payload size
     * @param difference accuracy minus the accuracy on float features
     * @param agreement share of images with the same prediction as on float features
     */
    public record PayloadResult(double bytes, PairedDifference difference, double agreement) {}
}
