package io.featherwire.evaluation.utility;

import java.util.List;

/**
 * The options of a utility measurement.
 *
 * @param rates mean payload sizes that codecs are fitted for, in bytes, ascending
 * @param thumbnails JPEG thumbnails to compare with
 * @param most maximum number of images per class, for a quicker run; 0 for the numbers of the class lists
 * @param folds number of folds of the cross-validation over the images of the heads' classes; 1 to train heads on train
 *     and test them on test
 * @param codings families to measure besides float features, by the first letters of their names; empty for all
 * @param allClasses whether a head of all classes is trained and tested on payloads
 */
public record UtilityOptions(
        List<Integer> rates,
        List<Thumbnail> thumbnails,
        int most,
        int folds,
        List<String> codings,
        boolean allClasses) {

    private static final int MOST_FOLDS = 20;

    public static final UtilityOptions DEFAULT =
            new UtilityOptions(List.of(32, 64, 128, 190), List.of(new Thumbnail(16, 30), new Thumbnail(32, 10)), 0);

    /** Makes options without folds, for all codings, without a head of all classes. */
    public UtilityOptions(List<Integer> rates, List<Thumbnail> thumbnails, int most) {
        this(rates, thumbnails, most, 1, List.of(), false);
    }

    public UtilityOptions withFolds(int other) {
        return new UtilityOptions(rates, thumbnails, most, other, codings, allClasses);
    }

    public UtilityOptions withCodings(List<String> others) {
        return new UtilityOptions(rates, thumbnails, most, folds, others, allClasses);
    }

    public UtilityOptions withAllClasses(boolean other) {
        return new UtilityOptions(rates, thumbnails, most, folds, codings, other);
    }

    /** Whether the codings of a family are measured. */
    boolean includes(String family) {
        return codings.isEmpty() || codings.stream().anyMatch(family::startsWith);
    }

    /**
     * Edge and quality of a square JPEG thumbnail.
     *
     * @param edge edge length, in pixels
     * @param quality JPEG quality, 1..100
     */
    public record Thumbnail(int edge, int quality) {
        public Thumbnail {
            if (edge < 1 || edge > 512 || quality < 1 || quality > 100) {
                throw new IllegalArgumentException("a thumbnail of " + edge + " pixels and quality " + quality
                        + ": the edge must be in 1..512, the quality in 1..100");
            }
        }

        /** Parses {@code edge:quality}. */
        public static Thumbnail parse(String text) {
            String[] parts = text.split(":");
            try {
                return new Thumbnail(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new IllegalArgumentException(
                        "thumbnail is '" + text + "', must be edge:quality, such as 32:10", e);
            }
        }
    }

    public UtilityOptions {
        rates = List.copyOf(rates);
        thumbnails = List.copyOf(thumbnails);
        codings = List.copyOf(codings);
        if (rates.isEmpty() || rates.stream().anyMatch(rate -> rate < 2 || rate > 100_000)) {
            throw new IllegalArgumentException("rates are " + rates + ", must be numbers of bytes in 2..100000");
        }
        if (most < 0) {
            throw new IllegalArgumentException("images per class are " + most + ", must be at least 1");
        }
        if (folds < 1 || folds > MOST_FOLDS) {
            throw new IllegalArgumentException("folds are " + folds + ", must be in 1.." + MOST_FOLDS);
        }
    }
}
