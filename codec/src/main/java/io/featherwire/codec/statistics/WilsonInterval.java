package io.featherwire.codec.statistics;

/**
 * The 95 % score interval of a proportion, whose coverage holds near 0 and 1 and for small totals.
 *
 * <p>E. B. Wilson: Probable inference, the law of succession, and statistical inference. Journal of the American
 * Statistical Association 22 (1927), 209–212.
 *
 * @param low the lower end, 0..1
 * @param high the upper end, 0..1
 */
public record WilsonInterval(double low, double high) {

    /** The quantile of the standard normal distribution for a two-sided 95 % interval. */
    public static final double Z95 = 1.959963984540054;

    /** Returns the interval of {@code hits} out of {@code total}; 0..1 if the total is 0. */
    public static WilsonInterval of(long hits, long total) {
        if (total == 0) {
            return new WilsonInterval(0, 1);
        }
        double p = (double) hits / total;
        double z2 = Z95 * Z95 / total;
        double centre = (p + z2 / 2) / (1 + z2);
        double half = Z95 / (1 + z2) * Math.sqrt(p * (1 - p) / total + z2 / (4 * total));
        return new WilsonInterval(Math.max(0, centre - half), Math.min(1, centre + half));
    }
}
