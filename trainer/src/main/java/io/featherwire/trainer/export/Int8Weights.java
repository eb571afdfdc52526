package io.featherwire.trainer.export;

/**
 * Weights as signed bytes, symmetric about zero: weight = value * scale of its output channel.
 *
 * @param values in -127..127, output channels outermost
 * @param scale [channels], positive
 */
record Int8Weights(byte[] values, float[] scale) {

    /** Each channel scaled so that its largest weight is 127. */
    static Int8Weights of(float[] weights, int channels) {
        int fan = weights.length / channels;
        byte[] values = new byte[weights.length];
        float[] scale = new float[channels];
        for (int c = 0; c < channels; c++) {
            float largest = 0;
            for (int k = c * fan; k < (c + 1) * fan; k++) {
                largest = Math.max(largest, Math.abs(weights[k]));
            }
            scale[c] = largest > 0 ? largest / 127 : 1;
            for (int k = c * fan; k < (c + 1) * fan; k++) {
                values[k] = (byte) Math.max(-127, Math.min(127, Math.round(weights[k] / scale[c])));
            }
        }
        return new Int8Weights(values, scale);
    }
}
