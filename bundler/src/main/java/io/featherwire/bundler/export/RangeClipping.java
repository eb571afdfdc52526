package io.featherwire.bundler.export;

/** The upper end of an activation's range. */
public enum RangeClipping {
    /** The largest observed value. */
    MAX {
        @Override
        double clip(Histogram values) {
            return values.largest();
        }
    },
    /** The value that one in ten thousand activations exceeds. */
    PERCENTILE {
        @Override
        double clip(Histogram values) {
            return values.percentile(0.9999);
        }
    },
    /** The value with the smallest squared error of clipping and rounding together. */
    MIN_ERROR {
        @Override
        double clip(Histogram values) {
            return values.clipWithLeastError(255);
        }
    };

    abstract double clip(Histogram values);
}
