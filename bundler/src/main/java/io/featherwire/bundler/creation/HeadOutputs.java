package io.featherwire.bundler.creation;

import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/** Computes the outputs of a head for features in memory. */
final class HeadOutputs {

    private static final int BATCH = 32;

    private HeadOutputs() {}

    /**
     * Computes the logits of features.
     *
     * @param features [rows, values], row by row
     * @return [rows, classes]
     */
    static float[] logits(OnnxModel head, float[] features, int values) {
        int rows = features.length / values;
        int batchSize = Math.min(BATCH, Integer.MAX_VALUE / Float.BYTES / values);
        FloatBuffer batch = ByteBuffer.allocateDirect(Float.BYTES * batchSize * values)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        float[] all = new float[0];
        for (int from = 0; from < rows; from += batchSize) {
            int count = Math.min(batchSize, rows - from);
            batch.put(0, features, from * values, count * values);
            float[] some = head.run(batch, count, "logits");
            if (from == 0) {
                all = new float[some.length / count * rows];
            }
            System.arraycopy(some, 0, all, from * (some.length / count), some.length);
        }
        return all;
    }

    /** Returns whether a network's outputs are probabilities: each is at least 0, and those of an image sum to 1. */
    static boolean areProbabilities(Path head, float[] features, int values, int outputCount) {
        try (OnnxModel model = OnnxModel.open(head, Device.CPU, OnnxOptions.DEFAULT)) {
            int rows = Math.min(BATCH, features.length / values);
            float[] some = logits(model, Arrays.copyOf(features, rows * values), values);
            for (int row = 0; row < rows; row++) {
                double sum = 0;
                for (int i = row * outputCount; i < (row + 1) * outputCount; i++) {
                    if (some[i] < 0) {
                        return false;
                    }
                    sum += some[i];
                }
                if (Math.abs(sum - 1) > 0.01) {
                    return false;
                }
            }
            return outputCount > 1;
        }
    }
}
