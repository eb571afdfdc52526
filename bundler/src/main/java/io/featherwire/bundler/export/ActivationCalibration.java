package io.featherwire.bundler.export;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Records the activations of a network's leading ReLU convolutions on training images, and derives their int8 ranges. */
public final class ActivationCalibration implements AutoCloseable {

    private final OnnxModel probe;
    private final Map<String, Histogram> histograms = new LinkedHashMap<>();
    private float low;
    private float high;

    /**
     * Opens the network's float32 graph with each activation as an output.
     *
     * @param convs the number of convolutions to observe, each with a ReLU
     * @param threads the number of threads of the runtime, 0 for one per core
     */
    public ActivationCalibration(Network network, int convs, int threads) throws IOException {
        Network watched = withReluOutputs(network, convs);
        Path file = Files.createTempFile("calibration", ".onnx");
        try {
            FloatGraphWriter.toGraph(watched, WeightStorage.FLOAT32).write(file);
            probe = OnnxModel.open(file, Device.CPU, threads);
        } finally {
            Files.deleteIfExists(file);
        }
        probe.outputNames().forEach(name -> histograms.put(name, new Histogram()));
    }

    private static Network withReluOutputs(Network network, int convs) {
        List<Layer> layers = new ArrayList<>();
        int seen = 0;
        for (Layer layer : network.layers()) {
            if (seen == convs) {
                break;
            }
            if (!(layer instanceof Layer.Output)) {
                layers.add(layer);
            }
            if (layer instanceof Layer.Conv conv) {
                if (!conv.relu()) {
                    throw new IllegalArgumentException("convolution " + (seen + 1) + " of '" + network.name()
                            + "' has no ReLU, so that its range would need a sign");
                }
                layers.add(new Layer.Output("activation" + ++seen));
            }
        }
        if (seen < convs) {
            throw new IllegalArgumentException("'" + network.name() + "' has no " + convs + " convolutions");
        }
        return new Network(network.name(), network.input(), network.inputShape(), layers);
    }

    /** Observes a batch of images, normalised for the network; small batches limit memory use. */
    public void observe(FloatBuffer images, int batch) {
        int values = batch;
        for (int axis = 1; axis < probe.inputShape().length; axis++) {
            values *= (int) probe.inputShape()[axis];
        }
        for (int i = 0; i < values; i++) {
            float value = images.get(images.position() + i);
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        probe.run(images, batch, histograms.keySet()).forEach((name, activations) -> {
            Histogram histogram = requireNonNull(histograms.get(name), name);
            for (float activation : activations) {
                histogram.add(activation);
            }
        });
    }

    /**
     * Returns the ranges for {@link Int8GraphWriter}: the range of the input, which is never clipped, then the range of
     * each convolution.
     */
    public List<ActivationRange> ranges(RangeClipping clipping) {
        List<ActivationRange> ranges = new ArrayList<>();
        ranges.add(new ActivationRange(low, high));
        histograms.values().forEach(values -> ranges.add(new ActivationRange(0, (float) clipping.clip(values))));
        return List.copyOf(ranges);
    }

    @Override
    public void close() {
        probe.close();
    }
}
