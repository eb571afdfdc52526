package io.featherwire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.bundle.BundleManifestBuilder;
import io.featherwire.codec.bundle.BundleWriter;
import io.featherwire.codec.bundle.Fingerprint;
import io.featherwire.codec.bundle.GraphFileNames;
import io.featherwire.codec.image.InputSpec;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadLimits;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.Quantiser;
import io.featherwire.codec.payload.Quantisers;
import io.featherwire.codec.payload.SymbolCodec;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.codec.testing.TinyGraph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/**
 * Decodes committed payloads in Java and in Python: both return the committed features.
 *
 * <p>{@code golden/features} holds a bundle of format 2 with everything that a linear decoder may have, and lines of
 * {@code mode payload feature}, the feature as 32-bit floats. {@code -Dgolden.write=true} rewrites them, which is
 * correct only with a new version of the format.
 */
class GoldenFeaturesTest {

    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "features");
    private static final Path BUNDLE = GOLDEN.resolve("bundle");
    private static final Path LINES = GOLDEN.resolve("payloads.txt");
    private static final Path CLIENT = Path.of("..", "clients", "python");
    private static final String PYTHON = System.getenv().getOrDefault("FEATHERWIRE_PYTHON", "python3");
    private static final TensorShape FEATURE = new TensorShape(4, 3, 2);
    private static final TensorShape CODE = new TensorShape(6, 1, 1);

    @TempDir
    private Path directory;

    @Test
    void shouldReadTheCommittedPayloads() throws Exception {
        if (Boolean.getBoolean("golden.write")) {
            write();
        }
        List<String> lines = Files.readAllLines(LINES);
        assertThat(lines).hasSize(20);
        try (FeatureReader reader = FeatureReader.open(BUNDLE)) {
            Fingerprint bundle = Fingerprint.parse("a7acc5fc9013b11e");
            for (String line : lines) {
                // Given
                String[] parts = line.split(" ");
                byte[] payload = HexFormat.of().parseHex(parts[1]);
                float[] expected = floats(HexFormat.of().parseHex(parts[2]));

                // Then
                assertThat(PayloadMode.of(payload)).isEqualTo(PayloadMode.parse(parts[0]));
                assertThat(reader.read(bundle, payload)).containsExactly(expected, within(1e-6f));
            }
        }
    }

    @Test
    void shouldBeReadTheSameInPython() throws Exception {
        requirePython();
        String said = python(CLIENT.resolve("test_features.py").toString(), "-v");
        assertThat(said).contains("OK").doesNotContain("skipped");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"cifar10-vgg16-half-96", "cifar10-vgg16-96", "cifar10-vgg16-224-whole", "cifar10-vgg16-224"})
    void shouldReadPayloadsOfTheTrainedBundlesTheSameInPython(String name) throws Exception {
        // Given codes about three steps from the offsets, in every mode
        requirePython();
        Bundle bundle = Bundle.load(Path.of("..", "models", name));
        List<byte[]> payloads = payloads(bundle, 12);
        Path file = Files.write(
                directory.resolve(name + ".txt"),
                payloads.stream().map(HexFormat.of()::formatHex).toList());
        Path out = directory.resolve(name + ".npy");

        // When
        String said = python(
                CLIENT.resolve("features.py").toString(),
                bundle.directory().toString(),
                file.toString(),
                "--out",
                out.toString());

        // Then
        assertThat(said).contains("12 features of bundle " + bundle.fingerprint());
        float[] read = npy(Files.readAllBytes(out));
        try (FeatureReader reader = FeatureReader.open(bundle.directory())) {
            int at = 0;
            for (float[] feature : reader.read(bundle.fingerprint(), payloads)) {
                for (float value : feature) {
                    assertThat(read[at++]).isCloseTo(value, within(1e-5f * Math.max(1, Math.abs(value))));
                }
            }
            assertThat(at).isEqualTo(read.length);
        }
    }

    private static List<byte[]> payloads(Bundle bundle, int count) {
        PayloadCodec codec = bundle.payloadCodec();
        Quantiser quantiser = bundle.manifest().quantisers().symbols();
        Random random = new Random(1);
        List<byte[]> payloads = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            float[] code = new float[bundle.manifest().codeShape().values()];
            for (int i = 0; i < code.length; i++) {
                int channel = i / bundle.manifest().codeShape().plane();
                code[i] = quantiser.offset()[channel]
                        + (float) (3 * random.nextGaussian() * quantiser.step()[channel]);
            }
            payloads.add(codec.encode(code, PayloadMode.values()[n % 4]));
        }
        return payloads;
    }

    /** Without Python the test does not pass silently: it reports that it did not run, and why. */
    private static void requirePython() throws Exception {
        String why = "";
        try {
            var process = new ProcessBuilder(PYTHON, "-c", "import numpy")
                    .redirectErrorStream(true)
                    .start();
            why = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (process.waitFor() == 0) {
                return;
            }
        } catch (IOException e) {
            why = e.getMessage();
        }
        throw new TestAbortedException("Python was not tested: no " + PYTHON + " with numpy (" + why.strip()
                + "). Install them, or name one in FEATHERWIRE_PYTHON.");
    }

    private String python(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(PYTHON, "-B"));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(10, TimeUnit.MINUTES);
        process.destroyForcibly();
        String said = Files.readString(output);
        assertThat(ended && process.exitValue() == 0).as(said).isTrue();
        return said;
    }

    /** Returns the values of a file of 32-bit floats as numpy writes it. */
    private static float[] npy(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        int header = in.getShort(8);
        assertThat(new String(file, 10, header, java.nio.charset.StandardCharsets.US_ASCII))
                .contains("'descr': '<f4', 'fortran_order': False");
        in.position(10 + header);
        float[] values = new float[in.remaining() / Float.BYTES];
        in.asFloatBuffer().get(values);
        return values;
    }

    private static float[] floats(byte[] bytes) {
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
        return values;
    }

    private static void write() throws Exception {
        Files.createDirectories(BUNDLE);
        TinyBundle.writeGraphs(BUNDLE);
        Random random = new Random(7);
        writeDecoder(random);
        float[] offset = new float[6];
        float[] step = new float[6];
        float[] shrink = new float[6];
        for (int c = 0; c < 6; c++) {
            offset[c] = (float) random.nextGaussian();
            step[c] = c == 2 ? 0 : 0.1f + 0.05f * c;
            shrink[c] = 0.03f * c - 0.02f;
        }
        Quantiser symbols = Quantiser.of(offset, step).withShrink(shrink);
        List<int[]> training = new ArrayList<>();
        for (int n = 0; n < 500; n++) {
            training.add(symbols(random, 2));
        }
        EntropyTables tables = EntropyTables.train(
                training, CODE, EntropyTables.Options.DEFAULT.withCheckBits(4).withDead(symbols));
        Files.write(BUNDLE.resolve(Bundle.TABLES), tables.bytes());
        Bundle bundle = BundleWriter.write(
                BUNDLE,
                BundleManifestBuilder.builder()
                        .formatVersion(BundleManifest.FORMAT_VERSION)
                        .name("golden \"ä\\\"")
                        .input(InputSpec.bilinear(8, List.of(0.5f, 0.5f, 0.5f), List.of(0.25f, 0.25f, 0.25f)))
                        .classes(List.of("a", "b", "c"))
                        .featureShape(FEATURE)
                        .codeShape(CODE)
                        .models(GraphFileNames.DEFAULT)
                        .quantisers(new Quantisers(
                                Quantiser.bytes(new float[] {-4, -4, -4, -4, -4, -4}, new float[] {4, 4, 4, 4, 4, 4}),
                                symbols,
                                0.1))
                        .defaultMode(PayloadMode.ENTROPY)
                        .tables(Bundle.TABLES)
                        .provenance(Map.of("recipe", "golden", "numbers", List.of(1e-9, 1e20, 100, 0.0, -2.50)))
                        .build());
        PayloadCodec codec = bundle.payloadCodec();
        SymbolCodec symbolCodec = SymbolCodec.of(bundle.codeFormat(), PayloadLimits.DEFAULT.withCap(99));
        CodeQuantiser quantiser = CodeQuantiser.of(bundle.codeFormat());
        StringBuilder lines = new StringBuilder();
        try (FeatureReader reader = FeatureReader.open(BUNDLE)) {
            for (int n = 0; n < 20; n++) {
                // The last code of each mode has symbols far outside the tables.
                int[] some = symbols(random, n >= 16 ? 300 : 2);
                PayloadMode mode = PayloadMode.values()[3 - n % 4];
                boolean whole = mode == PayloadMode.ENTROPY || mode == PayloadMode.PACKED;
                byte[] payload =
                        whole ? symbolCodec.encode(some, mode) : codec.encode(quantiser.dequantise(some), mode);
                float[] feature = reader.read(bundle.fingerprint(), payload);
                ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * feature.length);
                bytes.asFloatBuffer().put(feature);
                lines.append(PayloadMode.of(payload).text())
                        .append(' ')
                        .append(HexFormat.of().formatHex(payload))
                        .append(' ')
                        .append(HexFormat.of().formatHex(bytes.array()))
                        .append('\n');
            }
        }
        Files.writeString(LINES, lines);
    }

    private static int[] symbols(Random random, double spread) {
        int[] symbols = new int[6];
        for (int c = 0; c < 6; c++) {
            symbols[c] = c == 2 ? 0 : (int) Math.round(spread * random.nextGaussian());
        }
        return symbols;
    }

    /**
     * Writes a decoder as fitted bundles have it: a matrix product, fewer channels to all, the mean, a clamp at zero.
     */
    private static void writeDecoder(Random random) throws IOException {
        new TinyGraph()
                .input("code", 6, 1, 1)
                .output("feature", 4, 3, 2)
                .weights("synthesis", weights(random, 18 * 6), 18, 6)
                .weights("none", new float[18], 18)
                .weights("reduction", weights(random, 3 * 4), 3, 4)
                .weights("mean", weights(random, 24), 24)
                .longs("flat", 0, 6)
                .longs("planes", 0, 3, 6)
                .longs("values", 0, 24)
                .longs("sides", 0, 4, 3, 2)
                .node("Reshape", List.of("code", "flat"), "code.flat")
                .node("Gemm", List.of("code.flat", "synthesis", "none"), "inner", TinyGraph.number("transB", 1))
                .node("Reshape", List.of("inner", "planes"), "fewer")
                .node("Transpose", List.of("reduction"), "turned", TinyGraph.ints("perm", 1, 0))
                .node("MatMul", List.of("turned", "fewer"), "all")
                .node("Reshape", List.of("all", "values"), "all.flat")
                .node("Add", List.of("all.flat", "mean"), "placed")
                .node("Relu", List.of("placed"), "cut")
                .node("Reshape", List.of("cut", "sides"), "feature")
                .write(BUNDLE.resolve("decoder.onnx"));
    }

    private static float[] weights(Random random, int count) {
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        return weights;
    }
}
