package io.featherwire.bundler.model;

import java.util.List;

/**
 * A tensor with a constant value.
 *
 * @param sides the shape, outermost dimension first
 * @param values the values, row-major
 */
public record Constant(List<Integer> sides, float[] values) {

    public int side(int axis) {
        return sides.get(axis);
    }
}
