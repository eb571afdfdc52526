package io.featherwire.cli.demo;

/**
 * The rate at which frames are fed.
 *
 * @param perSecond frames a second; infinite for the maximum, NaN for a rate that is derived from the measured
 *     throughput
 */
record DemoRate(double perSecond) {

    static final DemoRate MEASURED = new DemoRate(Double.NaN);
    static final DemoRate MAX = new DemoRate(Double.POSITIVE_INFINITY);

    DemoRate {
        if (perSecond <= 0) {
            throw new IllegalArgumentException(perSecond + " frames a second");
        }
    }

    /**
     * @throws IllegalArgumentException if the text is neither {@code max} nor a number of 0 or more; 0 means
     *     {@code max}
     */
    static DemoRate parse(String text) {
        if (text.equals("max")) {
            return MAX;
        }
        double number = Double.parseDouble(text);
        if (!Double.isFinite(number) || number < 0) {
            throw new IllegalArgumentException(text);
        }
        return number == 0 ? MAX : new DemoRate(number);
    }

    boolean isMeasured() {
        return Double.isNaN(perSecond);
    }
}
