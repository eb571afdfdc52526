package io.featherwire.bundler.assembly;

import io.featherwire.bundler.split.CutTensor;
import io.featherwire.codec.payload.TensorShape;
import java.util.List;

/**
 * The layout of a cut tensor as a feature.
 *
 * @param shape the shape of the feature, in the tensor's own order
 * @param channels the number of values at each position
 * @param positions the number of places of a map or tokens of a sequence; 1 for a vector
 * @param channelsFirst whether the channel is the outer dimension
 */
public record FeatureLayout(TensorShape shape, int channels, int positions, boolean channelsFirst) {

    /**
     * Returns the layout of vectors [D] and [D, 1, 1], maps [C, H, W] and [H, W, C] and tokens [T, D]; any other tensor
     * counts as a vector.
     */
    public static FeatureLayout of(CutTensor cut) {
        List<Integer> sides = cut.sides();
        int floats = Math.toIntExact(cut.valueCount());
        if (cut.isVector()) {
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

    /** Returns the number of floats of one feature. */
    public int values() {
        return shape.values();
    }
}
