package io.featherwire.codec.gate;

/** Exact confidence bounds of a proportion (Clopper and Pearson, 1934). */
final class BinomialBounds {

    private static final double DOUBT = 0.05;
    private static final int STEPS = 40;

    private BinomialBounds() {}

    /** Returns the one-sided lower 95 % confidence bound of the proportion behind {@code hits} of {@code tries}. */
    static double lowerBound(int hits, int tries) {
        if (hits <= 0) {
            return 0;
        }
        double low = 0;
        double high = (double) hits / tries;
        for (int i = 0; i < STEPS; i++) {
            double middle = (low + high) / 2;
            if (probabilityOfAtLeast(hits, tries, middle) < DOUBT) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Returns the probability of at least this number of hits. */
    private static double probabilityOfAtLeast(int hits, int tries, double share) {
        if (share >= 1) {
            return 1;
        }
        // Sums the probabilities of fewer hits, term by term. Logarithms are used because the first term may underflow.
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
