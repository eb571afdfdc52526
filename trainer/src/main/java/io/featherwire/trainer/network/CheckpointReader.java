package io.featherwire.trainer.network;

import java.util.Map;

/** Reads the arrays of a checkpoint. */
final class CheckpointReader {
    private CheckpointReader() {}

    static float[] of(Map<String, float[]> arrays, String name) {
        float[] values = arrays.get(name);
        if (values == null) {
            throw new IllegalArgumentException("the checkpoint has no " + name + "; it belongs to other settings");
        }
        return values;
    }
}
