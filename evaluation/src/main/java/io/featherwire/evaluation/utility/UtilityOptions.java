package io.featherwire.evaluation.utility;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The options of a utility measurement.
 *
 * @param rates mean payload sizes that codecs are fitted for, in bytes, ascending
 * @param thumbnails thumbnails to compare with
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

    /** Selects only float features, which are always measured. */
    private static final String NONE = "none";

    private static final List<String> FAMILIES = Stream.of(
                    Stream.of(
                            FloatFeatures.FAMILY,
                            BundleCoding.FAMILY,
                            ScalarCodecs.OURS,
                            ScalarCodecs.WITH_TARGET,
                            ScalarCodecs.STATIC,
                            ProductQuantisation.FAMILY,
                            ProductQuantisation.ROTATED,
                            JVectorQuantisation.FAMILY,
                            EntropyConstrainedQuantisation.FAMILY,
                            PrincipalComponentCoding.FAMILY,
                            SignCoding.FAMILY),
                    Arrays.stream(PackedZstd.Precision.values()).map(PackedZstd::family),
                    Arrays.stream(ThumbnailFormat.values()).map(ThumbnailCoding::family))
            .flatMap(names -> names)
            .toList();

    public static final UtilityOptions DEFAULT = new UtilityOptions(
            List.of(32, 64, 128, 190),
            List.of(
                    new Thumbnail(ThumbnailFormat.JPEG, 16, 30),
                    new Thumbnail(ThumbnailFormat.JPEG, 32, 10),
                    new Thumbnail(ThumbnailFormat.WEBP, 16, 1),
                    new Thumbnail(ThumbnailFormat.WEBP, 16, 60),
                    new Thumbnail(ThumbnailFormat.WEBP, 32, 20)),
            0);

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
     * Format, edge and quality of a square thumbnail.
     *
     * @param format file format
     * @param edge edge length, in pixels
     * @param quality quality of the lossy compression, 1..100
     */
    public record Thumbnail(ThumbnailFormat format, int edge, int quality) {

        private static final Pattern TEXT = Pattern.compile("(?:(?i:(jpeg|webp)):)?(\\d{1,3}):(\\d{1,3})");

        public Thumbnail {
            if (edge < 1 || edge > 512 || quality < 1 || quality > 100) {
                throw new IllegalArgumentException("a thumbnail of " + edge + " pixels and quality " + quality
                        + ": the edge must be in 1..512, the quality in 1..100");
            }
        }

        /** Parses {@code edge:quality}, a JPEG thumbnail, or {@code format:edge:quality}. */
        public static Thumbnail parse(String text) {
            Matcher parts = TEXT.matcher(text);
            if (!parts.matches()) {
                throw new IllegalArgumentException("thumbnail is '" + text
                        + "', must be EDGE:QUALITY or webp:EDGE:QUALITY, such as 32:10 or webp:16:1");
            }
            String format = parts.group(1);
            return new Thumbnail(
                    format == null ? ThumbnailFormat.JPEG : ThumbnailFormat.valueOf(format.toUpperCase(Locale.ROOT)),
                    Integer.parseInt(parts.group(2)),
                    Integer.parseInt(parts.group(3)));
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
        for (String coding : codings) {
            if (!coding.equals(NONE) && FAMILIES.stream().noneMatch(family -> family.startsWith(coding))) {
                throw new IllegalArgumentException("no coding begins with '" + coding + "'; the codings are "
                        + FAMILIES.stream().map(family -> "'" + family + "'").collect(Collectors.joining(", ")));
            }
        }
    }
}
