package io.featherwire.bundler.export;

/**
 * Weights as signed bytes, symmetric about 0: weight = value * scale of the weight's output channel.
 *
 * @param values the bytes, -127..127, in the order of the weights
 * @param scale [output channels], each positive
 */
record Int8Weights(byte[] values, float[] scale) {

    /**
     * Scales each output channel so that its largest weight is 127.
     *
     * @param outAxis the dimension of the output channels
     * @param sides the shape of the weights
     */
    static Int8Weights of(float[] weights, int outAxis, long... sides) {
        int channels = (int) sides[outAxis];
        int inner = 1;
        for (int axis = outAxis + 1; axis < sides.length; axis++) {
            inner *= (int) sides[axis];
        }
        float[] scale = new float[channels];
        for (int k = 0; k < weights.length; k++) {
            int c = k / inner % channels;
            scale[c] = Math.max(scale[c], Math.abs(weights[k]) / 127);
        }
        for (int c = 0; c < channels; c++) {
            scale[c] = scale[c] > 0 ? scale[c] : 1;
        }
        byte[] values = new byte[weights.length];
        for (int k = 0; k < weights.length; k++) {
            int value = Math.round(weights[k] / scale[k / inner % channels]);
            values[k] = (byte) Math.max(-127, Math.min(127, value));
        }
        return new Int8Weights(values, scale);
    }
}
