package io.featherwire.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Table 1 of the paper, measured anew: accuracy in percent by class and on average, without and with the autoencoder.
 * Further columns hold the accuracy of the payloads as sent and, for the classes of CIFAR-10, the paper's numbers.
 *
 * @param rows one per class, in the bundle's order
 * @param average mean of the rows' accuracies
 */
public record PaperComparison(List<Row> rows, Row average) {

    /**
     * One row of the table.
     *
     * @param name class name, or "average"
     * @param images number of images of the class; for the average, of all classes
     * @param without accuracy of the uncompressed path, in percent; NaN for a class without images
     * @param with accuracy through the autoencoder without quantisation, in percent
     * @param asSent accuracy through the bundle's default payload mode, in percent
     * @param paper the paper's numbers; empty if the paper has none for the class
     */
    public record Row(
            String name, int images, double without, double with, double asSent, Optional<PaperResults.Row> paper) {

        /** Accuracy with the autoencoder minus accuracy without it, in percentage points. */
        public double difference() {
            return with - without;
        }

        /** Accuracy of the payloads minus accuracy of the uncompressed path, in percentage points. */
        public double differenceAsSent() {
            return asSent - without;
        }

        /** The difference relative to the uncompressed accuracy, in percent, as in the paper's abstract. */
        public OptionalDouble relativePercent() {
            return without > 0 ? OptionalDouble.of(100 * difference() / without) : OptionalDouble.empty();
        }
    }

    public PaperComparison {
        rows = List.copyOf(rows);
    }

    public static PaperComparison of(EvaluationResult result) {
        Optional<PaperResults> paper = PaperResults.forClasses(result.classes());
        List<Row> rows = new ArrayList<>();
        for (int c = 0; c < result.classes().size(); c++) {
            int index = c;
            rows.add(new Row(
                    result.classes().get(c),
                    result.uncompressed().confusion().ofClass(c).total(),
                    percentOf(result.uncompressed(), c),
                    percentOf(result.floatCode(), c),
                    percentOf(result.pathAsSent(), c),
                    paper.map(table -> table.rows().get(index))));
        }
        Row average = new Row(
                "average",
                result.images(),
                100 * result.uncompressed().confusion().average(),
                100 * result.floatCode().confusion().average(),
                100 * result.pathAsSent().confusion().average(),
                paper.map(PaperResults::average));
        return new PaperComparison(rows, average);
    }

    private static double percentOf(PathResult path, int label) {
        return 100 * path.confusion().ofClass(label).value();
    }
}
