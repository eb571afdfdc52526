package io.featherwire.bundler.model;

import java.util.List;

/**
 * A tensor with a constant value.
 *
 * @param sides outermost first
 * @param values row-major
 */
public record Constant(List<Integer> sides, float[] values) {

    public int side(int axis) {
        return sides.get(axis);
    }
}
