package io.featherwire.bundler.assembly;

import io.featherwire.bundler.split.CutTensor;
import io.featherwire.codec.payload.TensorShape;
import java.util.List;

/**
 * How a cut tensor is a feature.
 *
 * @param shape as the bundle gives it, in the tensor's own order
 * @param channels values that one position has
 * @param positions places of a map, tokens of a sequence, 1 for a vector
 * @param channelsFirst whether all positions of one channel lie together, not all channels of one position
 */
public record FeatureForm(TensorShape shape, int channels, int positions, boolean channelsFirst) {

    /** Vectors [D] and [D, 1, 1], maps [C, H, W] and [H, W, C], tokens [T, D]; anything else counts as a vector. */
    public static FeatureForm of(CutTensor cut) {
        List<Integer> sides = cut.sides();
        int floats = Math.toIntExact(cut.floats());
        if (cut.vector()) {
            return new FeatureForm(new TensorShape(floats, 1, 1), floats, 1, true);
        } else if (sides.size() == 2) {
            return new FeatureForm(new TensorShape(sides.get(0), sides.get(1), 1), sides.get(1), sides.get(0), false);
        } else if (sides.size() == 3) {
            // Squares are planes: [H, W, C] shows itself by its first two sides.
            boolean last = sides.get(0).equals(sides.get(1)) && !sides.get(1).equals(sides.get(2));
            int channels = sides.get(last ? 2 : 0);
            return new FeatureForm(
                    new TensorShape(sides.get(0), sides.get(1), sides.get(2)), channels, floats / channels, !last);
        }
        return new FeatureForm(new TensorShape(floats, 1, 1), floats, 1, true);
    }

    /** Floats of one feature. */
    public int values() {
        return shape.values();
    }

    /** Which channel a value of the feature belongs to. */
    public int channel(int value) {
        return channelsFirst ? value / positions : value % channels;
    }
}
