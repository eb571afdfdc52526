package io.featherwire.bundler.export;

import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.payload.TensorShape;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measurements behind the decisions about graphs, run by name only: {@code mvn -pl bundler -am test -Dtest=GraphTimings
 * -Dsurefire.failIfNoSpecifiedTests=false}. Random weights, one thread, CPU time of that thread (so that other work on
 * the machine counts little), candidates in turn, the best of several rounds.
 */
class GraphTimings {

    private final RandomWeights random = new RandomWeights(7);

    @TempDir
    Path directory;

    @Test
    void decoderByConvAndByConvTranspose() throws IOException {
        for (TensorShape code :
                List.of(new TensorShape(128, 5, 5), new TensorShape(128, 1, 1), new TensorShape(64, 1, 1))) {
            List<Layer.Conv> convs = random.decoder(code.channels() * 4);
            List<Layer> transposed = new ArrayList<>();
            convs.forEach(conv -> transposed.add(new Layer.ConvTranspose(conv.weights(), conv.relu(), conv.fine())));
            transposed.add(new Layer.Output("feature"));
            List<Layer> mixed = new ArrayList<>(convs);
            mixed.set(0, transposed.get(0));
            mixed.add(new Layer.Output("feature"));
            Map<String, Path> files = new TreeMap<>();
            files.put("Conv", write("conv", Vgg16Networks.decoder(code, convs)));
            files.put("ConvTranspose", write("transpose", new Network("decoder", "code", code, transposed)));
            files.put("ConvTranspose for 3x3 only", write("mixed", new Network("decoder", "code", code, mixed)));
            for (int batch : new int[] {1, 8, 32}) {
                time("decoder " + code, files, code, batch, "feature", 20);
            }
        }
    }

    @Test
    void decoderOfOnePositionByConvAndByConvTranspose() throws IOException {
        TensorShape code = new TensorShape(128, 1, 1);
        List<Layer.Conv> convs = random.decoder(512, 7);
        List<Layer> padded = new ArrayList<>(convs);
        padded.add(new Layer.Output("feature"));
        Map<String, Path> files = new TreeMap<>();
        files.put("Conv", write("conv", new Network("decoder", "code", code, padded)));
        files.put("ConvTranspose for 7x7 only", write("mixed", Vgg16Networks.decoder(code, convs)));
        for (int batch : new int[] {1, 8, 32}) {
            time("decoder " + code + " to 7x7", files, code, batch, "feature", 20);
        }
    }

    @Test
    void weightStorage() throws IOException {
        for (double width : new double[] {0.5, 1}) {
            int feature = (int) (512 * width);
            Network network = Vgg16Networks.compressor(96, random.vgg16(width), random.encoder(feature));
            Map<String, Path> files = new TreeMap<>();
            for (WeightStorage storage : WeightStorage.values()) {
                Path file = write("compressor", FloatGraphWriter.toGraph(network, storage));
                System.out.printf("compressor 96, width %s, %s: %d bytes%n", width, storage, Files.size(file));
                files.put(storage.name(), file);
            }
            time("compressor 96, width " + width, files, network.inputShape(), 1, "code", 5);
            time("compressor 96, width " + width, files, network.inputShape(), 16, "code", 2);
        }
    }

    @Test
    void int8() throws IOException {
        int8(96, 0.5, 1, 32);
        int8(96, 1, 1, 32);
    }

    @Test
    void int8At224() throws IOException {
        int8(224, 1, 1, 8);
    }

    private void int8(int size, double width, int... batches) throws IOException {
        Network network = Vgg16Networks.compressor(size, random.vgg16(width), random.encoder((int) (512 * width)));
        Map<String, Path> files = new TreeMap<>();
        files.put("fp32", write("compressor", FloatGraphWriter.toGraph(network, WeightStorage.INT8)));
        try (ActivationCalibration calibration = new ActivationCalibration(network, 13, 1)) {
            calibration.observe(
                    FloatBuffer.wrap(random.values(network.inputShape().values(), 1)), 1);
            files.put(
                    "int8",
                    write("compressor", Int8GraphWriter.toGraph(network, calibration.ranges(RangeClipping.MAX))));
        }
        for (int batch : batches) {
            time("compressor " + size + ", width " + width, files, network.inputShape(), batch, "code", 3);
        }
    }

    private Path write(String name, Network network) throws IOException {
        return write(name, FloatGraphWriter.toGraph(network, WeightStorage.FLOAT32));
    }

    private Path write(String name, OnnxGraph graph) throws IOException {
        Path file = Files.createTempFile(directory, name, ".onnx");
        graph.write(file);
        return file;
    }

    /** Prints milliseconds of CPU time for one image. */
    private void time(String what, Map<String, Path> files, TensorShape input, int batch, String output, int rounds) {
        FloatBuffer values = FloatBuffer.wrap(random.values(batch * input.values(), 1));
        Map<String, OnnxModel> models = new TreeMap<>();
        Map<String, Double> best = new TreeMap<>();
        try {
            for (Map.Entry<String, Path> file : files.entrySet()) {
                long start = cpuNanos();
                models.put(file.getKey(), OnnxModel.open(file.getValue(), Device.CPU, 1));
                best.put(file.getKey() + " to load", (cpuNanos() - start) / 1e6);
            }
            for (int round = 0; round < rounds; round++) {
                for (Map.Entry<String, OnnxModel> model : models.entrySet()) {
                    long start = cpuNanos();
                    model.getValue().run(values, batch, Set.of(output));
                    best.merge(model.getKey(), (cpuNanos() - start) / 1e6 / batch, Math::min);
                }
            }
        } finally {
            models.values().forEach(OnnxModel::close);
        }
        best.forEach(
                (name, ms) -> System.out.printf(Locale.ROOT, "%s, batch %d, %s: %.3f ms%n", what, batch, name, ms));
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
