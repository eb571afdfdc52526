package io.featherwire.bundler.export;

import io.featherwire.codec.payload.TensorShape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a network for one image with plain loops in double precision, as the reference for the graphs. */
final class PlainJavaInference {

    private PlainJavaInference() {}

    static Map<String, float[]> run(Network network, float[] input) {
        Map<String, float[]> outputs = new LinkedHashMap<>();
        TensorShape shape = network.inputShape();
        List<TensorShape> shapes = network.layerOutputShapes();
        float[] values = input;
        for (int i = 0; i < network.layers().size(); i++) {
            Layer layer = network.layers().get(i);
            if (layer instanceof Layer.Output output) {
                outputs.put(output.name(), values);
            } else if (layer instanceof Layer.Conv conv) {
                values = relu(conv.relu(), conv(conv.weights(), conv.padding(), values, shape));
            } else if (layer instanceof Layer.ConvTranspose conv) {
                values = relu(conv.relu(), transposed(conv.weights(), values, shape));
            } else if (layer instanceof Layer.MaxPool) {
                values = pool(values, shape);
            } else if (layer instanceof Layer.Dense dense) {
                values = relu(dense.relu(), dense(dense.weights(), values));
            }
            shape = shapes.get(i);
        }
        return outputs;
    }

    static float[] conv(ConvWeights w, int padding, float[] x, TensorShape shape) {
        int k = w.kernel();
        int height = shape.height() + 2 * padding - k + 1;
        int width = shape.width() + 2 * padding - k + 1;
        float[] y = new float[w.out() * height * width];
        for (int o = 0; o < w.out(); o++) {
            for (int r = 0; r < height; r++) {
                for (int c = 0; c < width; c++) {
                    double sum = w.bias()[o];
                    for (int i = 0; i < w.in(); i++) {
                        for (int t = 0; t < k * k; t++) {
                            int row = r - padding + t / k;
                            int column = c - padding + t % k;
                            if (row >= 0 && row < shape.height() && column >= 0 && column < shape.width()) {
                                sum += (double) x[(i * shape.height() + row) * shape.width() + column]
                                        * w.weight()[(o * w.in() + i) * k * k + t];
                            }
                        }
                    }
                    y[(o * height + r) * width + c] = (float) sum;
                }
            }
        }
        return y;
    }

    /** Scatters each input value over the outputs that it reaches, as a transposed convolution is defined. */
    private static float[] transposed(ConvWeights w, float[] x, TensorShape shape) {
        int k = w.kernel();
        int height = shape.height() + k - 1;
        int width = shape.width() + k - 1;
        float[] y = new float[w.out() * height * width];
        for (int o = 0; o < w.out(); o++) {
            Arrays.fill(y, o * height * width, (o + 1) * height * width, w.bias()[o]);
            for (int i = 0; i < w.in(); i++) {
                for (int p = 0; p < shape.plane(); p++) {
                    for (int t = 0; t < k * k; t++) {
                        int row = p / shape.width() + t / k;
                        int column = p % shape.width() + t % k;
                        y[(o * height + row) * width + column] +=
                                x[i * shape.plane() + p] * w.weight()[(o * w.in() + i) * k * k + k * k - 1 - t];
                    }
                }
            }
        }
        return y;
    }

    static float[] dense(DenseWeights w, float[] x) {
        float[] y = new float[w.out()];
        for (int o = 0; o < w.out(); o++) {
            double sum = w.bias()[o];
            for (int i = 0; i < w.in(); i++) {
                sum += (double) x[i] * w.weight()[o * w.in() + i];
            }
            y[o] = (float) sum;
        }
        return y;
    }

    private static float[] pool(float[] x, TensorShape shape) {
        int height = shape.height() / 2;
        int width = shape.width() / 2;
        float[] y = new float[shape.channels() * height * width];
        for (int i = 0; i < y.length; i++) {
            int from = (i / width / height * shape.height() + i / width % height * 2) * shape.width() + i % width * 2;
            y[i] = Math.max(
                    Math.max(x[from], x[from + 1]), Math.max(x[from + shape.width()], x[from + shape.width() + 1]));
        }
        return y;
    }

    private static float[] relu(boolean wanted, float[] x) {
        if (wanted) {
            for (int i = 0; i < x.length; i++) {
                x[i] = Math.max(0, x[i]);
            }
        }
        return x;
    }
}
