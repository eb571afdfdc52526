package io.featherwire.bundler.assembly;

import io.featherwire.bundler.split.CutTensor;
import io.featherwire.codec.payload.TensorShape;
import java.util.List;

/**
 * The interpretation of a cut tensor as a feature.
 *
 * @param shape as the bundle gives it, in the tensor's own order
 * @param channels values at each position
 * @param positions places of a map, tokens of a sequence, 1 for a vector
 * @param channelsFirst whether the channel is the outer dimension
 */
public record FeatureLayout(TensorShape shape, int channels, int positions, boolean channelsFirst) {

    /** Vectors [D] and [D, 1, 1], maps [C, H, W] and [H, W, C], tokens [T, D]; anything else counts as a vector. */
    public static FeatureLayout of(CutTensor cut) {
        List<Integer> sides = cut.sides();
        int floats = Math.toIntExact(cut.floats());
        if (cut.vector()) {
            return new FeatureLayout(new TensorShape(floats, 1, 1), floats, 1, true);
        } else if (sides.size() == 2) {
            return new FeatureLayout(new TensorShape(sides.get(0), sides.get(1), 1), sides.get(1), sides.get(0), false);
        } else if (sides.size() == 3) {
            // The layout is [H, W, C] if the first two sides are equal and the last two are not.
            boolean last = sides.get(0).equals(sides.get(1)) && !sides.get(1).equals(sides.get(2));
            int channels = sides.get(last ? 2 : 0);
            return new FeatureLayout(
                    new TensorShape(sides.get(0), sides.get(1), sides.get(2)), channels, floats / channels, !last);
        }
        return new FeatureLayout(new TensorShape(floats, 1, 1), floats, 1, true);
    }

    /** Floats of one feature. */
    public int values() {
        return shape.values();
    }
}
