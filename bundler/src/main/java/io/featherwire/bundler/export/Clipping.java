package io.featherwire.bundler.export;

/** How the range of an activation is chosen. */
public enum Clipping {
    /** At the largest value seen. */
    MAX {
        @Override
        double clip(Histogram values) {
            return values.largest();
        }
    },
    /** At the value that one in ten thousand exceeds. */
    PERCENTILE {
        @Override
        double clip(Histogram values) {
            return values.percentile(0.9999);
        }
    },
    /** At the value with the least squared error of clipping and rounding together. */
    LEAST_ERROR {
        @Override
        double clip(Histogram values) {
            return values.leastError(255);
        }
    };

    abstract double clip(Histogram values);
}
