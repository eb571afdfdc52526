package io.featherwire.bundler.fit;

/**
 * How codes become payloads: one implementation for each way to spend bytes. It is given a transform and training codes, and answers with a codec for
 * any coarseness; everything else (graphs, curve, choice, report) is the same for all.
 */
interface CodeFitting {

    /**
     * A codec.
     *
     * @param step the error that one symbol may make, in units of the feature
     */
    FittedCode fit(double step);
}
