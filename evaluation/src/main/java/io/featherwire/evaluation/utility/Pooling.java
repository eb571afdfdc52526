package io.featherwire.evaluation.utility;

import io.featherwire.codec.payload.TensorShape;

/**
 * Global average pooling: a feature map becomes the vector of its channel means; a vector stays as it is.
 *
 * @param channels number of the map's channels
 * @param positions number of the map's positions, H · W
 * @param channelsFirst true for [C, H, W], false for [H, W, C]
 */
record Pooling(int channels, int positions, boolean channelsFirst) {

    static Pooling of(TensorShape shape) {
        // The layout is [H, W, C] if the first two sides are equal and the last two are not.
        boolean last = shape.channels() == shape.height() && shape.height() != shape.width();
        int channels = last ? shape.width() : shape.channels();
        return new Pooling(channels, shape.values() / channels, !last);
    }

    boolean isMap() {
        return positions > 1;
    }

    float[] pool(float[] feature, int from) {
        float[] vector = new float[channels];
        for (int i = 0; i < channels * positions; i++) {
            vector[channelsFirst ? i / positions : i % channels] += feature[from + i] / positions;
        }
        return vector;
    }
}
