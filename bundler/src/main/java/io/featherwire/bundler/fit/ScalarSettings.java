package io.featherwire.bundler.fit;

/**
 * The parameters of scalar quantisers.
 *
 * @param lambda the squared error, in squared steps, that counts as much as one bit; 0 if each value is rounded
 * @param emphasis how much finer coefficients of large variance are quantised: the step is proportional to
 *      variance^(−emphasis / 2)
 * @param fisherWeight the squared error, in squared steps, that counts as much as one unit of eᵀFe, see {@link
 *      io.featherwire.codec.payload.FisherWeight}
 * @param classes the number of an image's most probable classes that are considered in eᵀFe
 * @param coefficients the number of the code's first coefficients that are considered in eᵀFe; symbols of later
 *      coefficients are almost always 0
 */
public record ScalarSettings(double lambda, double emphasis, double fisherWeight, int classes, int coefficients) {

    /** The same step for all coefficients and plain rounding, as a baseline. */
    public static final ScalarSettings ROUNDING = new ScalarSettings(0, 0);

    /** The settings of bundles whose payload size is not known in advance. */
    public static final ScalarSettings DEFAULT = new ScalarSettings(0.2, 0.2, 30, 10, 512);

    private static final double MAX_LAMBDA = 2;

    /**
     * The Fisher weight per byte of the payload. Longer payloads have smaller steps, so that the same change of the
     * prediction costs more squared steps. Above {@link #MIDDLE} the weight grows with the fourth power of the size,
     * because there are more symbols than the prediction needs.
     */
    private static final double FISHER_PER_BYTE = 0.5;

    private static final double MIN_FISHER = 10;
    private static final double MAX_FISHER = 1000;

    /**
     * The number of considered classes decreases with the payload size: 10 up to 34 bytes, 6 at 64, 4 at 128, 3 at 190.
     * With smaller errors, fewer classes can become the prediction. Two classes preserve fewer predictions at 190
     * bytes, and a fourth takes 19 µs more there (docs/research/features.md).
     */
    private static final double CLASSES_AT_ONE_BYTE = 100;

    private static final double CLASSES_POWER = -2 / 3.0;

    private static final int MIN_CLASSES = 3;
    private static final int MAX_CLASSES = 10;

    /**
     * The number of considered coefficients increases with the payload size, because longer payloads have more
     * coefficients other than 0: 384 up to 103 bytes, 703 at 190. With fewer, the choice ignores errors of coefficients
     * that are sent; with more, encoding takes longer.
     */
    private static final double COEFFICIENTS_PER_BYTE = 3.7;

    private static final int MIN_COEFFICIENTS = 384;
    private static final int MAX_COEFFICIENTS = 768;

    /**
     * At low rates, an error of a large coefficient harms searches and heads more than an error of a small coefficient.
     */
    private static final double MAX_EMPHASIS = 0.4;

    private static final double MIN_EMPHASIS = 0.2;

    /** The largest payload size with the strongest emphasis, in bytes; each doubling reduces the emphasis. */
    private static final double SMALL = 32;

    private static final double PER_DOUBLING = 0.1;

    /**
     * The payload size, in bytes, above which lambda decreases: a high lambda sets coefficients to 0 that distinguish
     * similar classes.
     */
    private static final double MIDDLE = 64;

    private static final double FINE_LAMBDA = 0.1;

    /**
     * The number of values below which a feature is small. A small feature gets more bits per value from the same
     * number of bytes, so its emphasis and lambda are those of a larger payload.
     */
    private static final double SMALL_FEATURE = 512;

    /**
     * Returns the settings for a mean payload size; docs/research/features.md describes how the values were found.
     *
     * @param bytes the mean payload size, in bytes
     * @param values the number of the feature's values
     */
    public static ScalarSettings forBytes(double bytes, int values) {
        double equivalent = bytes * Math.max(1, SMALL_FEATURE / values);
        double emphasis = Math.max(MIN_EMPHASIS, MAX_EMPHASIS - PER_DOUBLING * doublings(equivalent, SMALL));
        double lambda = DEFAULT.lambda() - PER_DOUBLING * doublings(equivalent, MIDDLE);
        double longer = Math.max(1, equivalent / MIDDLE);
        double fisherWeight =
                Math.max(MIN_FISHER, Math.min(MAX_FISHER, FISHER_PER_BYTE * equivalent * longer * longer * longer));
        double likely = CLASSES_AT_ONE_BYTE * Math.pow(Math.max(1, bytes), CLASSES_POWER);
        int classes = (int) Math.max(MIN_CLASSES, Math.min(MAX_CLASSES, Math.round(likely)));
        int coefficients =
                (int) Math.max(MIN_COEFFICIENTS, Math.min(MAX_COEFFICIENTS, Math.round(COEFFICIENTS_PER_BYTE * bytes)));
        return new ScalarSettings(Math.max(FINE_LAMBDA, lambda), emphasis, fisherWeight, classes, coefficients);
    }

    private static double doublings(double bytes, double from) {
        return Math.log(Math.max(1, bytes / from)) / Math.log(2);
    }

    /** Makes settings for features without a known prediction of the network. */
    public ScalarSettings(double lambda, double emphasis) {
        this(lambda, emphasis, MIN_FISHER, MAX_CLASSES, MIN_COEFFICIENTS);
    }

    public ScalarSettings {
        if (!(lambda >= 0 && lambda <= MAX_LAMBDA)) {
            throw new IllegalArgumentException("lambda is " + lambda + ", must be in 0.." + MAX_LAMBDA);
        }
        if (!(emphasis >= 0 && emphasis <= 2)) {
            throw new IllegalArgumentException("emphasis is " + emphasis + ", must be in 0..2");
        }
        if (!(fisherWeight > 0 && fisherWeight <= 1e6)) {
            throw new IllegalArgumentException("the Fisher weight is " + fisherWeight + ", must be above 0");
        }
        if (classes < 1 || coefficients < 1) {
            throw new IllegalArgumentException("the Fisher classes are " + classes + " and the coefficients "
                    + coefficients + ", must be at least 1");
        }
    }
}
