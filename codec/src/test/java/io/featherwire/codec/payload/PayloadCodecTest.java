package io.featherwire.codec.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.payload.PayloadException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PayloadCodecTest {

    private static final TensorShape SHAPE = new TensorShape(8, 2, 2);
    private static final float STEP = 0.5f;

    private final CodeFormat format = format(Quantiser.uniform(8, STEP));
    private final PayloadCodec codec = PayloadCodec.of(format);
    private final CodeQuantiser quantiser = CodeQuantiser.of(format);
    private final SymbolCodec symbolCodec = SymbolCodec.of(format);

    private static CodeFormat format(Quantiser symbols) {
        float[] lowest = new float[8];
        float[] highest = new float[8];
        Arrays.fill(lowest, -4);
        Arrays.fill(highest, 4);
        Quantisers quantisers = new Quantisers(Quantiser.bytes(lowest, highest), symbols);
        CodeQuantiser plain = CodeQuantiser.of(new CodeFormat(SHAPE, quantisers, null));
        List<int[]> training = new ArrayList<>();
        for (float[] code : codes(200, 1)) {
            training.add(plain.quantise(code));
        }
        EntropyTables.Options options = EntropyTables.Options.DEFAULT.withDead(symbols);
        return new CodeFormat(SHAPE, quantisers, EntropyTables.train(training, SHAPE, options));
    }

    private static List<float[]> codes(int count, long seed) {
        Random random = new Random(seed);
        List<float[]> codes = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            float[] code = new float[SHAPE.values()];
            for (int i = 0; i < code.length; i++) {
                code[i] = (float) random.nextGaussian();
            }
            codes.add(code);
        }
        return codes;
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeBackWithinHalfAStep(PayloadMode mode) throws PayloadException {
        float tolerance =
                switch (mode) {
                    case F32 -> 0;
                    case U8 -> 8f / 255 / 2 + 1e-5f;
                    case PACKED, ENTROPY -> STEP / 2;
                };
        for (float[] code : codes(50, 2)) {
            // When
            byte[] payload = codec.encode(code, mode);
            float[] back = codec.decode(payload);

            // Then
            assertThat(PayloadMode.of(payload)).isEqualTo(mode);
            for (int i = 0; i < code.length; i++) {
                if (Math.abs(code[i]) < 4) {
                    assertThat(Math.abs(back[i] - code[i])).isLessThanOrEqualTo(tolerance);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PACKED", "ENTROPY"})
    void shouldCarrySymbolsExactly(PayloadMode mode) throws PayloadException {
        for (float[] code : codes(50, 3)) {
            int[] symbols = quantiser.quantise(code);
            assertThat(symbolCodec.decode(codec.encode(code, mode))).isEqualTo(symbols);
            assertThat(symbolCodec.decode(symbolCodec.encode(symbols, mode))).isEqualTo(symbols);
        }
    }

    @Test
    void shouldBoundThePayloadOfAnUnusualCode() throws PayloadException {
        // Given values far outside all that the tables have seen
        float[] wild = new float[SHAPE.values()];
        for (int i = 0; i < wild.length; i++) {
            wild[i] = i % 2 == 0 ? 9_000 : -9_000;
        }

        // When
        byte[] payload = codec.encode(wild, PayloadMode.ENTROPY);

        // Then
        assertThat(payload.length).isLessThanOrEqualTo(SHAPE.values() + 3);
        assertThat(PayloadMode.of(payload)).isEqualTo(PayloadMode.U8);
        assertThat(codec.decode(payload)).hasSize(SHAPE.values());
    }

    @Test
    void shouldFallBackToPackedWhereTheCapIsTight() throws PayloadException {
        // Given
        float[] code = codes(1, 4).get(0);
        int[] symbols = quantiser.quantise(code);

        // When
        byte[] payload =
                PayloadCodec.of(format, PayloadLimits.DEFAULT.withCap(3)).encode(code, PayloadMode.ENTROPY);

        // Then
        assertThat(PayloadMode.of(payload)).isEqualTo(PayloadMode.PACKED);
        assertThat(symbolCodec.decode(payload)).isEqualTo(symbols);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "U8", "PACKED"})
    void shouldDetectEverySingleFlippedBit(PayloadMode mode) {
        byte[] payload = codec.encode(codes(1, 5).get(0), mode);
        for (int bit = 8; bit < 8 * payload.length; bit++) {
            byte[] flipped = payload.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> codec.decode(flipped)).isInstanceOf(PayloadException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "U8", "PACKED"})
    void shouldDetectEveryTruncation(PayloadMode mode) {
        byte[] payload = codec.encode(codes(1, 5).get(0), mode);
        for (int length = 0; length < payload.length; length++) {
            byte[] cut = Arrays.copyOf(payload, length);
            assertThatThrownBy(() -> codec.decode(cut)).isInstanceOf(PayloadException.class);
        }
    }

    @Test
    void shouldHoldDeadChannelsAtTheirOffset() throws PayloadException {
        // Given
        float[] steps = new float[8];
        Arrays.fill(steps, 0, 4, STEP);
        float[] offsets = {0, 0, 0, 0, 1, 2, 3, 4};
        PayloadCodec half = PayloadCodec.of(format(Quantiser.of(offsets, steps)));

        for (PayloadMode mode : new PayloadMode[] {PayloadMode.PACKED, PayloadMode.ENTROPY}) {
            // When
            float[] back = half.decode(half.encode(codes(1, 6).get(0), mode));

            // Then
            assertThat(Arrays.copyOfRange(back, 16, 32))
                    .containsExactly(1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4);
        }
    }

    @Test
    void shouldNameWhatIsWrong() {
        assertReason(new byte[0], Reason.EMPTY);
        assertReason(new byte[] {0}, Reason.UNKNOWN_VERSION);
        assertReason(new byte[] {0x1F, 1, 2}, Reason.UNKNOWN_VERSION);
        assertReason(new byte[] {0x0B, 1, 2}, Reason.UNKNOWN_VERSION);
        assertReason(new byte[] {0x09, 1, 2}, Reason.WRONG_LENGTH);
        assertReason(new byte[1 << 20], Reason.UNKNOWN_VERSION);
        byte[] long8 = new byte[1 << 20];
        Arrays.fill(long8, (byte) 0x77);
        assertThatThrownBy(() -> codec.decode(long8)).isInstanceOf(PayloadException.class);
    }

    private void assertReason(byte[] payload, Reason reason) {
        assertThatThrownBy(() -> codec.decode(payload))
                .isInstanceOfSatisfying(
                        PayloadException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void shouldRefuseEntropyPayloadsWithoutTables() {
        byte[] payload = codec.encode(codes(1, 7).get(0), PayloadMode.ENTROPY);
        PayloadCodec plain = PayloadCodec.of(
                new CodeFormat(SHAPE, new Quantisers(Quantiser.uniform(8, 1), Quantiser.uniform(8, STEP)), null));

        assertThatThrownBy(() -> plain.decode(payload))
                .isInstanceOfSatisfying(
                        PayloadException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_TABLES));
    }

    @Test
    void shouldRefuseCodesWithNaN() {
        float[] code = new float[SHAPE.values()];
        code[5] = Float.NaN;

        for (PayloadMode mode : PayloadMode.values()) {
            assertThatThrownBy(() -> codec.encode(code, mode)).isInstanceOf(ArithmeticException.class);
        }
    }
}
