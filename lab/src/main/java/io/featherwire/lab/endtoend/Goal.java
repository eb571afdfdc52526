package io.featherwire.lab.endtoend;

/**
 * The target of a number in the table.
 *
 * @param atLeast whether the value must reach the target, else it must not exceed it
 */
public record Goal(String name, double value, double target, boolean atLeast) {

    public boolean met() {
        return atLeast ? value >= target : value <= target;
    }
}
