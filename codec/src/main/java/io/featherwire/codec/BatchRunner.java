package io.featherwire.codec;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Runs rows through a model in batches of at most maxBatch, over reused direct buffers. Thread-safe; does not own the model. */
final class BatchRunner {

    private final OnnxModel model;
    private final int maxBatch;
    private final int values;
    private final Queue<InputBatch> idle = new ConcurrentLinkedQueue<>();

    /**
     * @param values the length of one input row, in floats
     * @throws BundleException if a batch of this size does not fit into a buffer
     */
    BatchRunner(OnnxModel model, int maxBatch, int values) throws BundleException {
        int largest = InputBatch.maxCapacity(values);
        if (maxBatch > largest) {
            throw new BundleException("batch size: " + maxBatch + ", must be at most " + largest
                    + " for this bundle, since a batch of its frames (" + values
                    + " floats each) must take less than 2 GiB; set batch.size to at most " + largest);
        }
        this.model = model;
        this.maxBatch = maxBatch;
        this.values = values;
    }

    /** Returns the rows of one output, one for each input row. */
    List<float[]> run(List<float[]> rows, String output) {
        return requireNonNull(run(rows, Set.of(output)).get(output));
    }

    /** Returns for each output name one row per input row. */
    Map<String, List<float[]>> run(List<float[]> rows, Set<String> outputs) {
        Map<String, List<float[]>> results = new HashMap<>();
        outputs.forEach(output -> results.put(output, new ArrayList<>(rows.size())));
        InputBatch pooled = idle.poll();
        InputBatch batch = pooled == null ? new InputBatch(maxBatch, values) : pooled;
        try {
            for (int from = 0; from < rows.size(); from += maxBatch) {
                int count = Math.min(maxBatch, rows.size() - from);
                for (int slot = 0; slot < count; slot++) {
                    batch.set(slot, rows.get(from + slot));
                }
                int padded = paddedSize(model.device(), count, maxBatch);
                model.run(batch.buffer(), padded, outputs).forEach((name, some) -> requireNonNull(results.get(name))
                        .addAll(splitRows(some, padded, count)));
            }
        } finally {
            idle.add(batch);
        }
        return results;
    }

    /**
     * Returns the batch size to run. On CUDA each new batch size costs as much as many runs, because ONNX Runtime plans
     * memory and tries convolution algorithms for it. Therefore a batch is padded to a power of two; the values in the
     * padding slots do not matter.
     */
    static int paddedSize(Device device, int count, int maxBatch) {
        if (device.kind() != Device.Kind.CUDA || count == 0) {
            return count;
        }
        int power = Integer.highestOneBit(count);
        return Math.min(maxBatch, power == count ? count : 2 * power);
    }

    /** Returns the first {@code count} rows of a row-major output of {@code all} rows. */
    static List<float[]> splitRows(float[] values, int all, int count) {
        int length = values.length / all;
        List<float[]> rows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            rows.add(Arrays.copyOfRange(values, i * length, (i + 1) * length));
        }
        return rows;
    }
}
