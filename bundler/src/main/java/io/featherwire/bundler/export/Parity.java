package io.featherwire.bundler.export;

/** Compares two computations of the same values. */
public final class Parity {

    /** The accepted difference between the logits of an exported graph and of the trained model. */
    public static final double LOGITS_TOLERANCE = 1e-3;

    private Parity() {}

    /** Returns the largest absolute difference; NaN if either array holds NaN. */
    public static double maxDifference(float[] expected, float[] actual) {
        if (expected.length != actual.length) {
            throw new IllegalArgumentException(
                    "parity of " + expected.length + " values with " + actual.length + " cannot be measured");
        }
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs((double) expected[i] - actual[i]);
            if (Double.isNaN(difference)) {
                return Double.NaN;
            }
            largest = Math.max(largest, difference);
        }
        return largest;
    }

    /**
     * Checks that the largest difference is within a tolerance.
     *
     * @return the largest difference
     * @throws IllegalStateException if the difference is above the tolerance
     */
    public static double requireWithin(String what, float[] expected, float[] actual, double tolerance) {
        double difference = maxDifference(expected, actual);
        if (!(difference <= tolerance)) {
            throw new IllegalStateException("the exported graph does not compute what was trained: " + what
                    + " differ by " + difference + ", at most " + tolerance + " is accepted");
        }
        return difference;
    }
}
