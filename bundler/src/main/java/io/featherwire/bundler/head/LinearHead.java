package io.featherwire.bundler.head;

/**
 * A linear head: logits = feature · weights + bias.
 *
 * @param weights [length, classes]
 * @param bias [classes]
 */
record LinearHead(float[] weights, float[] bias) {

    int classes() {
        return bias.length;
    }

    int length() {
        return weights.length / bias.length;
    }

    /** Returns the logits of one feature, in double precision. */
    double[] logits(float[] feature) {
        int classes = classes();
        double[] logits = new double[classes];
        for (int k = 0; k < classes; k++) {
            logits[k] = bias[k];
        }
        for (int d = 0; d < feature.length; d++) {
            for (int k = 0; k < classes; k++) {
                logits[k] += (double) feature[d] * weights[d * classes + k];
            }
        }
        return logits;
    }
}
