package io.featherwire.trainer.backbone;

import java.util.List;

/**
 * A tensor that is known before the graph runs.
 *
 * @param sides outermost first
 * @param values row-major
 */
record Constant(List<Integer> sides, float[] values) {

    int side(int axis) {
        return sides.get(axis);
    }
}
