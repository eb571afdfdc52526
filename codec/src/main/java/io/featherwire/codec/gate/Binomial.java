package io.featherwire.codec.gate;

/** Exact bounds of a share that was counted (Clopper and Pearson). */
final class Binomial {

    private static final double DOUBT = 0.05;
    private static final int STEPS = 40;

    private Binomial() {}

    /** With 95 % certainty the share behind {@code hits} of {@code tries} is not below this. */
    static double lowerBound(int hits, int tries) {
        if (hits <= 0) {
            return 0;
        }
        double low = 0;
        double high = (double) hits / tries;
        for (int i = 0; i < STEPS; i++) {
            double middle = (low + high) / 2;
            if (atLeast(hits, tries, middle) < DOUBT) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Probability of at least this number of hits. */
    private static double atLeast(int hits, int tries, double share) {
        if (share >= 1) {
            return 1;
        }
        // The smaller side, term by term; logarithms, since the first may be smaller than a double holds.
        double term = tries * Math.log1p(-share);
        double odds = Math.log(share) - Math.log1p(-share);
        double below = 0;
        for (int k = 0; k < hits; k++) {
            below += Math.exp(term);
            term += Math.log((double) (tries - k) / (k + 1)) + odds;
        }
        return 1 - below;
    }
}
