package io.featherwire.bundler.fit;

/**
 * Fits quantiser and entropy coder to training codes of a transform, for any step size. Each method of fitting is one
 * implementation; graphs, curve, choice of the step and report are common to all.
 */
interface CodeFitting {

    /**
     * Returns a codec of a step size.
     *
     * @param step the quantiser's step, in units of the feature
     */
    FittedCode fit(double step);
}
