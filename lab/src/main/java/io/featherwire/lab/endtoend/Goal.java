package io.featherwire.lab.endtoend;

/**
 * What a number of the table must be.
 *
 * @param atLeast whether the value must reach the target, else it must not exceed it
 */
public record Goal(String name, double value, double target, boolean atLeast) {

    public boolean met() {
        return atLeast ? value >= target : value <= target;
    }
}
