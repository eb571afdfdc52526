package io.featherwire.bundler.head;

/**
 * The options of fitting a head.
 *
 * @param seed the seed of the split and of shuffling; the fit itself starts from zeros
 * @param validation the share of the labelled features that decides when to stop
 * @param balanced whether every class has the same weight in the loss, regardless of its number of features
 * @param epochs the maximum number of passes over the features
 * @param leastLabels the minimum number of features of a class; classes with fewer are left out
 */
public record HeadFitOptions(long seed, double validation, boolean balanced, int epochs, int leastLabels) {

    public static final HeadFitOptions DEFAULT = new HeadFitOptions(1, 0.2, true, 100, 10);

    public HeadFitOptions {
        if (!(validation > 0 && validation <= 0.5)) {
            throw new IllegalArgumentException(
                    "the share for validation is " + validation + ", must be above 0 and at most 0.5");
        }
        if (epochs < 1 || leastLabels < 2) {
            throw new IllegalArgumentException(
                    "at least 1 epoch and 2 labels a class are needed, not " + epochs + " and " + leastLabels);
        }
    }
}
