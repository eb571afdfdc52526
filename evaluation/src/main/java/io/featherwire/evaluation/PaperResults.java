package io.featherwire.evaluation;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Table 1 of the paper that this project follows: VGG16 on CIFAR-10 enlarged to 224 x 224, accuracy in percent without
 * and with the autoencoder (12,800 bytes per image).
 *
 * @param rows one row per class, in the order of the requested classes
 * @param average the paper's average over the classes
 */
public record PaperResults(List<Row> rows, Row average) {

    /** Bytes per image in the paper: 128 x 5 x 5 floats. */
    public static final int BYTES = 12_800;

    /**
     * One row of the table.
     *
     * @param without accuracy without the autoencoder, in percent
     * @param with accuracy with the autoencoder, in percent
     */
    public record Row(double without, double with) {}

    /** Average accuracy with the autoencoder, in percent. */
    public static final double ACCURACY_WITH = 79.8;

    private static final Row AVERAGE = new Row(82.4, ACCURACY_WITH);

    private static final Map<String, Row> BY_CLASS = Map.of(
            "plane", new Row(87, 87),
            "car", new Row(95, 96),
            "bird", new Row(75, 69),
            "cat", new Row(60, 55),
            "deer", new Row(78, 75),
            "dog", new Row(75, 79),
            "frog", new Row(91, 91),
            "horse", new Row(87, 82),
            "ship", new Row(89, 82),
            "truck", new Row(87, 82));

    private static final Map<String, String> OTHER_NAMES = Map.of("airplane", "plane", "automobile", "car");

    public PaperResults {
        rows = List.copyOf(rows);
    }

    /** The paper's numbers in the order of the given classes; empty unless these are the ten classes of CIFAR-10. */
    public static Optional<PaperResults> forClasses(List<String> classes) {
        List<String> names = classes.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .map(name -> OTHER_NAMES.getOrDefault(name, name))
                .toList();
        return names.size() == BY_CLASS.size() && BY_CLASS.keySet().equals(Set.copyOf(names))
                ? Optional.of(new PaperResults(names.stream().map(BY_CLASS::get).toList(), AVERAGE))
                : Optional.empty();
    }
}
