package io.featherwire.evaluation.statistics;

/**
 * The results of two classifiers on the same images: the fourfold table of paired outcomes.
 *
 * @param both images that are correct before and after
 * @param onlyBefore images that are correct before and wrong after: lost
 * @param onlyAfter images that are wrong before and correct after: gained
 * @param neither images that are wrong before and after
 */
public record PairedProportions(int both, int onlyBefore, int onlyAfter, int neither) {

    public PairedProportions {
        if (both < 0 || onlyBefore < 0 || onlyAfter < 0 || neither < 0) {
            throw new IllegalArgumentException("counts cannot be negative");
        }
    }

    public int total() {
        return both + onlyBefore + onlyAfter + neither;
    }

    public Proportion before() {
        return new Proportion(both + onlyBefore, total());
    }

    public Proportion after() {
        return new Proportion(both + onlyAfter, total());
    }

    /** Accuracy after minus accuracy before, -1..1; negative if accuracy was lost. */
    public double difference() {
        return (double) (onlyAfter - onlyBefore) / total();
    }

    /**
     * The 95 % interval of {@link #difference()}: two Wilson intervals, combined by the correlation of the pairs. It is
     * far narrower than an interval for independent samples.
     *
     * <p>R. G. Newcombe: Improved confidence intervals for the difference between binomial proportions based on paired
     * data. Statistics in Medicine 17 (1998), 2635–2650, method 10.
     */
    public ConfidenceInterval interval95() {
        if (total() == 0) {
            return new ConfidenceInterval(-1, 1);
        }
        ConfidenceInterval after = after().wilson95();
        ConfidenceInterval before = before().wilson95();
        double p1 = after().value();
        double p2 = before().value();
        double phi = correlation();
        double down = hypotenuse(p1 - after.low(), before.high() - p2, phi);
        double up = hypotenuse(after.high() - p1, p2 - before.low(), phi);
        return new ConfidenceInterval(Math.max(-1, difference() - down), Math.min(1, difference() + up));
    }

    private static double hypotenuse(double a, double b, double phi) {
        return Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
    }

    /** The phi coefficient with Newcombe's continuity correction; 0 if a margin of the fourfold table is 0. */
    private double correlation() {
        double margins = (double) (both + onlyBefore) * (onlyAfter + neither) * (both + onlyAfter);
        margins *= onlyBefore + neither;
        if (margins == 0) {
            return 0;
        }
        double cross = (double) both * neither - (double) onlyBefore * onlyAfter;
        if (cross > 0) {
            cross = Math.max(cross - total() / 2.0, 0);
        }
        return cross / Math.sqrt(margins);
    }

    /**
     * The exact (binomial) two-sided p-value of the hypothesis that an image is lost as likely as gained.
     *
     * <p>Q. McNemar: Note on the sampling error of the difference between correlated proportions or percentages.
     * Psychometrika 12 (1947), 153–157.
     */
    public double mcNemarExact() {
        int n = onlyBefore + onlyAfter;
        double tail = 0;
        double logTerm = -n * Math.log(2);
        for (int k = 0; k <= Math.min(onlyBefore, onlyAfter); k++) {
            tail += Math.exp(logTerm);
            logTerm += Math.log(n - k) - Math.log(k + 1);
        }
        return Math.min(1, 2 * tail);
    }
}
