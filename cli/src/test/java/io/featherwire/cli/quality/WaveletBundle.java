package io.featherwire.cli.quality;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.bundle.BundleManifestBuilder;
import io.featherwire.codec.bundle.BundleWriter;
import io.featherwire.codec.bundle.GraphFileNames;
import io.featherwire.codec.image.InputSpec;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.payload.CodeFormat;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.Quantiser;
import io.featherwire.codec.payload.Quantisers;
import io.featherwire.codec.payload.SymbolCodec;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.codec.testing.TinyGraph;
import io.featherwire.datasets.Dataset;
import io.featherwire.datasets.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bundle whose code is one level of Haar wavelets of the brightness, 4x4x4, with entropy tables measured on a data set: it
 * knows what that set's images cost and nothing else, for its head guesses.
 */
final class WaveletBundle {

    private static final int SIDE = 32;
    private static final TensorShape SHAPE = new TensorShape(4, 4, 4);
    private static final Quantisers QUANTISERS = new Quantisers(
            Quantiser.bytes(new float[] {-4, -4, -4, -4}, new float[] {4, 4, 4, 4}), Quantiser.uniform(4, 0.1f));
    private static final int IMAGES = 600;

    private WaveletBundle() {}

    static Path write(Path directory, Dataset dataset) throws Exception {
        Files.createDirectories(directory);
        graphs(directory, dataset.classes().size());
        BundleWriter.write(directory, manifest(dataset, null, Map.of()));
        List<int[]> symbols = symbols(Bundle.load(directory), dataset.train());
        var tables = EntropyTables.train(symbols.subList(0, IMAGES), SHAPE);
        Files.write(directory.resolve(Bundle.TABLES), tables.bytes());
        var coder = SymbolCodec.of(new CodeFormat(SHAPE, QUANTISERS, tables));
        int[] bytes = symbols.subList(IMAGES, symbols.size()).stream()
                .mapToInt(some -> coder.encode(some, PayloadMode.ENTROPY).length)
                .toArray();
        BundleWriter.write(directory, manifest(dataset, Bundle.TABLES, Map.of("validation", validation(bytes))));
        return directory;
    }

    private static Map<String, Object> validation(int[] bytes) {
        double mean = Arrays.stream(bytes).average().orElseThrow();
        double variance = Arrays.stream(bytes)
                .mapToDouble(some -> (some - mean) * (some - mean))
                .average()
                .orElseThrow();
        return Map.of("images", bytes.length, "bytesAsSent", mean, "bytesAsSentDeviation", Math.sqrt(variance));
    }

    private static List<int[]> symbols(Bundle bundle, Split split) throws Exception {
        var format = new CodeFormat(SHAPE, QUANTISERS, null);
        var codec = PayloadCodec.of(format);
        var quantiser = CodeQuantiser.of(format);
        List<int[]> symbols = new ArrayList<>();
        try (var compressor = FeatureCompressor.open(
                bundle, Device.CPU, FeatureCompressor.Options.DEFAULT.withMode(PayloadMode.F32))) {
            for (int i = 0; i < 2 * IMAGES; i++) {
                var image = compressor.prepare(split.get(i).image());
                symbols.add(quantiser.quantise(codec.decode(
                        compressor.compress(List.of(image)).payloads().get(0))));
            }
        }
        return symbols;
    }

    private static BundleManifest manifest(Dataset dataset, @Nullable String tables, Map<String, Object> provenance) {
        return BundleManifestBuilder.builder()
                .formatVersion(BundleManifest.FORMAT_VERSION)
                .name("wavelets")
                .input(InputSpec.bilinear(SIDE, List.of(0.5f, 0.5f, 0.5f), List.of(0.25f, 0.25f, 0.25f)))
                .classes(dataset.classes())
                .featureShape(SHAPE)
                .codeShape(SHAPE)
                .models(GraphFileNames.DEFAULT)
                .quantisers(QUANTISERS)
                .defaultMode(tables == null ? PayloadMode.U8 : PayloadMode.ENTROPY)
                .tables(tables)
                .provenance(provenance)
                .build();
    }

    private static void graphs(Path directory, int classes) throws Exception {
        float[] wavelets = new float[4 * 3 * 2 * 2];
        int[][] signs = {{1, 1, 1, 1}, {1, -1, 1, -1}, {1, 1, -1, -1}, {1, -1, -1, 1}};
        for (int i = 0; i < wavelets.length; i++) {
            wavelets[i] = signs[i / 12][i % 4] / 12f;
        }
        float[] identity = new float[16];
        for (int c = 0; c < 4; c++) {
            identity[5 * c] = 1;
        }
        float[] guesses = new float[classes * 4];
        for (int i = 0; i < guesses.length; i++) {
            guesses[i] = (i * 7 % 11 - 5) / 5f;
        }
        new TinyGraph()
                .input("image", 3, SIDE, SIDE)
                .output("code", 4, 4, 4)
                .output("feature", 4, 4, 4)
                .weights("wavelets", wavelets, 4, 3, 2, 2)
                .weights("identity", identity, 4, 4, 1, 1)
                .node(
                        "AveragePool",
                        List.of("image"),
                        "small",
                        TinyGraph.ints("kernel_shape", 4, 4),
                        TinyGraph.ints("strides", 4, 4))
                .node("Conv", List.of("small", "wavelets"), "feature", TinyGraph.ints("strides", 2, 2))
                .node("Conv", List.of("feature", "identity"), "code")
                .write(directory.resolve("compressor.onnx"));
        new TinyGraph()
                .input("code", 4, 4, 4)
                .output("feature", 4, 4, 4)
                .weights("identity", identity, 4, 4, 1, 1)
                .node("Conv", List.of("code", "identity"), "feature")
                .write(directory.resolve("decoder.onnx"));
        new TinyGraph()
                .input("feature", 4, 4, 4)
                .output("logits", classes)
                .weights("guesses", guesses, classes, 4, 1, 1)
                .node("GlobalAveragePool", List.of("feature"), "mean")
                .node("Conv", List.of("mean", "guesses"), "guessed")
                .node("Flatten", List.of("guessed"), "logits")
                .write(directory.resolve("head.onnx"));
    }
}
