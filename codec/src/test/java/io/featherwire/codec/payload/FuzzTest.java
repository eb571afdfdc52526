package io.featherwire.codec.payload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A decoder returns or throws its own exception for any bytes, and its result encodes to the same bytes.
 *
 * <p>Run {@code -Dfuzz.inputs=10000000 -Dfuzz.seed=2} for a long test with another seed.
 */
class FuzzTest {

    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 100_000);
    private static final long SEED = Long.getLong("fuzz.seed", 1);

    /** A codec, and payloads of it from which mutations start. */
    private record Target(CodeFormat format, PayloadCodec codec, EntropyTables tables, List<byte[]> corpus) {

        static Target of(TensorShape shape, double spread, int checkBits, boolean dead) {
            float[] steps = new float[shape.channels()];
            Arrays.fill(steps, dead ? 1 : 0, steps.length, 0.5f);
            Quantiser symbols = Quantiser.of(new float[steps.length], steps);
            List<int[]> training = SampleCodes.of(shape, 200, spread, 1);
            training.forEach(code -> Arrays.fill(code, 0, dead ? shape.plane() : 0, 0));
            EntropyTables tables = EntropyTables.train(
                    training,
                    shape,
                    EntropyTables.Options.DEFAULT.withCheckBits(checkBits).withDead(symbols));
            CodeFormat format =
                    new CodeFormat(shape, new Quantisers(Quantiser.uniform(shape.channels(), 0.1f), symbols), tables);
            PayloadCodec codec = PayloadCodec.of(format);
            CodeQuantiser quantiser = CodeQuantiser.of(format);
            List<byte[]> corpus = new ArrayList<>();
            for (int[] code : training.subList(0, 20)) {
                for (PayloadMode mode : PayloadMode.values()) {
                    corpus.add(codec.encode(quantiser.dequantise(code), mode));
                }
            }
            return new Target(format, codec, tables, corpus);
        }
    }

    @Test
    void shouldReturnOrRefuseAnyPayload() throws PayloadException {
        List<Target> targets = List.of(
                Target.of(new TensorShape(1, 1, 1), 1, 0, false),
                Target.of(new TensorShape(16, 1, 1), 0.3, 0, true),
                Target.of(new TensorShape(6, 3, 3), 2, 4, false),
                Target.of(new TensorShape(4, 2, 2), 400, 16, true));
        SplittableRandom random = new SplittableRandom(SEED);
        int accepted = 0;
        for (int i = 0; i < INPUTS; i++) {
            Target target = targets.get(i % targets.size());
            byte[] payload = mutate(target.corpus, random);
            try {
                float[] code = target.codec.decode(payload);
                accepted++;
                assertThat(code).hasSize(target.format.shape().values());
                if (PayloadMode.of(payload) == PayloadMode.ENTROPY) {
                    assertCanonical(target, payload);
                }
            } catch (PayloadException e) {
                assertThat(e.reason()).isNotNull();
            } catch (RuntimeException e) {
                throw new AssertionError("input " + i + ": " + HexFormat.of().formatHex(payload), e);
            }
        }
        assertThat(accepted).isPositive();
        System.out.printf("fuzz: %d payloads, %d of them accepted%n", INPUTS, accepted);
    }

    private static void assertCanonical(Target target, byte[] payload) throws PayloadException {
        if (!Arrays.equals(target.tables.encode(SymbolCodec.of(target.format).decode(payload)), payload)) {
            throw new AssertionError(
                    "not what the encoder writes: " + HexFormat.of().formatHex(payload));
        }
    }

    @Test
    void shouldReturnOrRefuseAnyTables() {
        List<byte[]> corpus = new ArrayList<>();
        for (double spread : new double[] {0.1, 1, 20}) {
            TensorShape shape = new TensorShape(5, 2, 2);
            corpus.add(EntropyTables.train(SampleCodes.of(shape, 100, spread, 1), shape)
                    .bytes());
        }
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < INPUTS / 10; i++) {
            byte[] artefact = mutate(corpus, random);
            try {
                EntropyTables tables = EntropyTables.parse(artefact);
                int[] symbols = new int[tables.shape().values()];
                assertThat(tables.decode(tables.encode(symbols))).isEqualTo(symbols);
            } catch (PayloadException e) {
                assertThat(e.reason()).isNotNull();
            } catch (RuntimeException e) {
                throw new AssertionError("input " + i + ": " + HexFormat.of().formatHex(artefact), e);
            }
        }
    }

    /**
     * Returns a sample with bits flipped, bytes replaced, truncated, extended or spliced with another sample; or random
     * bytes.
     */
    private static byte[] mutate(List<byte[]> corpus, SplittableRandom random) {
        byte[] bytes = corpus.get(random.nextInt(corpus.size())).clone();
        for (int n = random.nextInt(1, 4); n > 0; n--) {
            switch (random.nextInt(7)) {
                case 0, 1 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                case 3 -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
                case 4 -> bytes = lengthen(bytes, random);
                case 5 -> {
                    byte[] other = corpus.get(random.nextInt(corpus.size()));
                    int from = random.nextInt(other.length);
                    int length = Math.min(other.length - from, random.nextInt(bytes.length) + 1);
                    length = Math.min(length, bytes.length);
                    System.arraycopy(other, from, bytes, bytes.length - length, length);
                }
                default -> {
                    bytes = new byte[1 + random.nextInt(40)];
                    random.nextBytes(bytes);
                }
            }
        }
        return bytes;
    }

    private static byte[] lengthen(byte[] bytes, SplittableRandom random) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + random.nextInt(1, 20));
        for (int i = bytes.length; i < longer.length; i++) {
            longer[i] = (byte) random.nextInt();
        }
        return longer;
    }
}
