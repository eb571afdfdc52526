package io.featherwire.codec.payload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reads and writes committed payloads and tables: they stay readable, and the same symbols give the same bytes.
 *
 * <p>Each directory in src/test/resources/golden holds tables ({@code entropy.bin}) and lines of {@code mode symbols
 * payload}. {@code -Dgolden.write=true} rewrites them, which is correct only with a new version of the format.
 */
class GoldenPayloadsTest {

    private static final Path RESOURCES = Path.of("src", "test", "resources", "golden");

    private record Golden(TensorShape shape, double spread, int checkBits, int dead) {

        static Golden of(String name) {
            return switch (name) {
                case "code-4x5x5" -> new Golden(new TensorShape(4, 5, 5), 0.6, 8, 0);
                case "code-64x1x1" -> new Golden(new TensorShape(64, 1, 1), 0.4, 0, 5);
                case "code-3x2x2-wide" -> new Golden(new TensorShape(3, 2, 2), 60, 16, 0);
                default -> throw new IllegalArgumentException(name);
            };
        }

        Quantiser quantiser() {
            float[] steps = new float[shape.channels()];
            Arrays.fill(steps, dead, steps.length, 0.25f);
            return Quantiser.of(new float[steps.length], steps);
        }

        SymbolCodec codec(EntropyTables tables) {
            Quantisers quantisers = new Quantisers(Quantiser.uniform(shape.channels(), 1), quantiser());
            return SymbolCodec.of(new CodeFormat(shape, quantisers, tables), PayloadLimits.DEFAULT.withCap(4096));
        }

        List<int[]> symbols(int count, long seed) {
            List<int[]> codes = new ArrayList<>(SampleCodes.of(shape, count, spread, seed));
            Random random = new Random(seed);
            int[] wild = new int[shape.values()];
            for (int i = 0; i < wild.length; i++) {
                wild[i] = (int) Math.max(-32_767, Math.min(32_767, 3 * Math.pow(random.nextGaussian() * 4, 5)));
            }
            codes.add(wild);
            codes.add(new int[shape.values()]);
            codes.forEach(code -> Arrays.fill(code, 0, dead * shape.plane(), 0));
            return codes;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"code-4x5x5", "code-64x1x1", "code-3x2x2-wide"})
    void shouldReadAndWriteTheCommittedBytes(String name) throws Exception {
        Golden golden = Golden.of(name);
        if (Boolean.getBoolean("golden.write")) {
            write(name, golden);
        }
        EntropyTables tables = EntropyTables.parse(resource(name + "/entropy.bin"));
        SymbolCodec codec = golden.codec(tables);
        assertThat(tables.bytes()).isEqualTo(resource(name + "/entropy.bin"));
        List<String> lines = new String(resource(name + "/payloads.txt"), java.nio.charset.StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(lines).hasSize(22);
        for (String line : lines) {
            // Given
            String[] parts = line.split(" ");
            PayloadMode mode = PayloadMode.parse(parts[0]);
            int[] symbols = Arrays.stream(parts[1].split(","))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            byte[] payload = HexFormat.of().parseHex(parts[2]);

            // Then
            assertThat(PayloadMode.of(payload)).isEqualTo(mode);
            assertThat(codec.decode(payload)).isEqualTo(symbols);
            assertThat(codec.encode(symbols, mode)).isEqualTo(payload);
        }
    }

    @Test
    void shouldReadAndWriteTheCommittedFloatsAndBytes() throws Exception {
        // Given a code of one channel: 0, -1.5, 200, and bytes of step 0.5 from -2 on
        PayloadCodec codec = PayloadCodec.of(new CodeFormat(
                new TensorShape(1, 1, 3),
                new Quantisers(Quantiser.of(new float[] {-2}, new float[] {0.5f}), null),
                null));
        float[] code = {0, -1.5f, 200};

        // When and then
        assertThat(HexFormat.of().formatHex(codec.encode(code, PayloadMode.F32)))
                .isEqualTo("0800000000bfc0000043480000" + "7690");
        assertThat(HexFormat.of().formatHex(codec.encode(code, PayloadMode.U8))).isEqualTo("090401ff" + "86b6");
        assertThat(codec.decode(codec.encode(code, PayloadMode.F32))).containsExactly(code);
        assertThat(codec.decode(codec.encode(code, PayloadMode.U8))).containsExactly(0, -1.5f, 125.5f);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = GoldenPayloadsTest.class.getResourceAsStream("/golden/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private static void write(String name, Golden golden) throws IOException {
        List<int[]> training = SampleCodes.of(golden.shape, 300, golden.spread, 1);
        training.forEach(code -> Arrays.fill(code, 0, golden.dead * golden.shape.plane(), 0));
        EntropyTables tables = EntropyTables.train(
                training,
                golden.shape,
                EntropyTables.Options.DEFAULT.withCheckBits(golden.checkBits).withDead(golden.quantiser()));
        SymbolCodec codec = golden.codec(tables);
        StringBuilder lines = new StringBuilder();
        for (PayloadMode mode : List.of(PayloadMode.ENTROPY, PayloadMode.PACKED)) {
            for (int[] symbols : golden.symbols(9, 2)) {
                lines.append(mode.text()).append(' ');
                lines.append(Arrays.toString(symbols).replaceAll("[\\[\\] ]", ""))
                        .append(' ');
                lines.append(HexFormat.of().formatHex(codec.encode(symbols, mode)))
                        .append('\n');
            }
        }
        for (Path directory : List.of(RESOURCES.resolve(name), Path.of("target", "test-classes", "golden", name))) {
            Files.createDirectories(directory);
            Files.write(directory.resolve("entropy.bin"), tables.bytes());
            Files.writeString(directory.resolve("payloads.txt"), lines);
        }
    }
}
