package io.featherwire.bundler.fit;

/**
 * Fits the quantiser and entropy coder of codes, with one implementation for each method. Given a transform and
 * training codes, it returns a codec for any step size; everything else (graphs, curve, choice, report) is common to
 * all.
 */
interface CodeFitting {

    /**
     * A codec.
     *
     * @param step the error that one symbol may make, in units of the feature
     */
    FittedCode fit(double step);
}
