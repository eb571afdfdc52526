package io.featherwire.codec.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.codec.payload.EntropyTables.Options;
import io.featherwire.codec.payload.PayloadException.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntropyTablesTest {

    private static final TensorShape SHAPE = new TensorShape(12, 5, 5);

    @Property(tries = 60)
    void shouldDecodeExactlyTheSymbolsThatWentIn(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 9) int channels,
            @ForAll @IntRange(min = 1, max = 4) int side,
            @ForAll @DoubleRange(min = 0.05, max = 40) double spread,
            @ForAll boolean contexts,
            @ForAll @IntRange(max = 16) int checkBits)
            throws PayloadException {
        TensorShape shape = new TensorShape(channels, side, side);
        EntropyTables measured = EntropyTables.train(
                SampleCodes.of(shape, 50, spread, seed),
                shape,
                Options.DEFAULT.withContexts(contexts).withCheckBits(checkBits));
        EntropyTables tables = EntropyTables.parse(measured.bytes());

        // Symbols of the same distribution, and symbols that need escapes of every length
        for (double factor : new double[] {1, 30, 20_000}) {
            for (int[] symbols : SampleCodes.of(shape, 4, spread * factor, seed + 1)) {
                clamp(symbols);
                assertThat(tables.decode(tables.encode(symbols))).isEqualTo(symbols);
            }
        }
        assertThat(tables.bytes()).isEqualTo(measured.bytes());
    }

    private static void clamp(int[] symbols) {
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = Math.max(-Quantiser.MAX_SYMBOL, Math.min(Quantiser.MAX_SYMBOL, symbols[i]));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.3, 1, 5, 40})
    void shouldStayWithinTwoPercentAndTwoBytesOfItsModel(double spread) {
        // Given
        EntropyTables tables = EntropyTables.train(SampleCodes.of(SHAPE, 400, spread, 1), SHAPE);

        for (int[] symbols : SampleCodes.of(SHAPE, 50, spread, 2)) {
            // When
            double ideal = tables.idealBits(symbols) / 8;
            int real = tables.encode(symbols).length;

            // Then
            assertThat((double) real).isBetween(ideal - 1, 1.02 * ideal + 2);
        }
    }

    @Test
    void shouldSaveBitsByContextsWhereNeighboursAreAlike() {
        // Given
        List<int[]> training = SampleCodes.of(SHAPE, 400, 1, 1);
        EntropyTables plain = EntropyTables.train(training, SHAPE, Options.DEFAULT.withContexts(false));

        // When
        EntropyTables contextual = EntropyTables.train(training, SHAPE);

        // Then, on codes that are not in the training data
        List<int[]> other = SampleCodes.of(SHAPE, 200, 1, 9);
        double before = other.stream().mapToDouble(plain::idealBits).sum();
        double after = other.stream().mapToDouble(contextual::idealBits).sum();
        assertThat(plain.channelsWithContexts()).isZero();
        assertThat(contextual.channelsWithContexts()).isEqualTo(SHAPE.channels());
        assertThat(after).isLessThan(0.93 * before);
    }

    @Test
    void shouldChooseNoContextsIfSymbolsAreIndependent() {
        // Given
        Random random = new Random(3);
        List<int[]> codes = new java.util.ArrayList<>();
        for (int n = 0; n < 500; n++) {
            codes.add(random.ints(SHAPE.values(), -2, 3).toArray());
        }

        // When
        EntropyTables tables = EntropyTables.train(codes, SHAPE);

        // Then
        assertThat(tables.channelsWithContexts()).isZero();
    }

    @Test
    void shouldSpendNothingOnDeadChannels() throws PayloadException {
        // Given
        TensorShape shape = new TensorShape(3, 2, 2);
        EntropyTables tables = EntropyTables.train(List.of(new int[12]), shape, new Options(true, 0, Set.of(0, 1, 2)));

        // When
        byte[] payload = tables.encode(new int[12]);

        // Then
        assertThat(payload).containsExactly(0x20);
        assertThat(tables.decode(payload)).containsOnly(0);
        assertThatThrownBy(() -> tables.encode(new int[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("channel 0 is dead");
    }

    @Test
    void shouldSumItsBitsByChannel() {
        EntropyTables tables = EntropyTables.train(SampleCodes.of(SHAPE, 100, 1, 1), SHAPE);
        int[] symbols = SampleCodes.of(SHAPE, 1, 1, 2).get(0);

        assertThat(Arrays.stream(tables.idealBitsByChannel(symbols)).sum())
                .isCloseTo(tables.idealBits(symbols), within(1e-6));
    }

    @Test
    void shouldChooseAChecksumOfAboutOneSixtyFourthOfThePayload() {
        EntropyTables small =
                EntropyTables.train(SampleCodes.of(new TensorShape(4, 1, 1), 100, 0.1, 1), new TensorShape(4, 1, 1));
        EntropyTables large = EntropyTables.train(SampleCodes.of(SHAPE, 100, 20, 1), SHAPE);

        assertThat(small.checkBits()).isZero();
        assertThat(large.checkBits()).isEqualTo(16);
    }

    @Test
    void shouldDetectAFlippedBitAlmostAlwaysWithSixteenCheckBits() {
        // Given
        EntropyTables tables =
                EntropyTables.train(SampleCodes.of(SHAPE, 200, 1, 1), SHAPE, Options.DEFAULT.withCheckBits(16));
        Random random = new Random(4);
        int undetected = 0;

        // When
        for (int[] symbols : SampleCodes.of(SHAPE, 300, 1, 5)) {
            byte[] payload = tables.encode(symbols);
            int bit = random.nextInt(8 * payload.length);
            payload[bit / 8] ^= (byte) (1 << bit % 8);
            if ((payload[0] & 0xFF) >= PayloadHeader.FIRST_ENTROPY_BYTE && decodes(tables, payload)) {
                undetected++;
            }
        }

        // Then, where 1 in 65,536 is expected to be missed
        assertThat(undetected).isLessThanOrEqualTo(1);
    }

    private static boolean decodes(EntropyTables tables, byte[] payload) {
        try {
            tables.decode(payload);
            return true;
        } catch (PayloadException e) {
            return false;
        }
    }

    @Test
    void shouldRefuseTruncatedAndExtendedTables() {
        byte[] artefact =
                EntropyTables.train(SampleCodes.of(SHAPE, 50, 1, 1), SHAPE).bytes();

        for (int length = 0; length < artefact.length; length += 7) {
            byte[] cut = Arrays.copyOf(artefact, length);
            assertThatThrownBy(() -> EntropyTables.parse(cut)).isInstanceOf(PayloadException.class);
        }
        assertThatThrownBy(() -> EntropyTables.parse(Arrays.copyOf(artefact, artefact.length + 1)))
                .isInstanceOfSatisfying(
                        PayloadException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_LENGTH));
    }

    @Test
    void shouldRefuseTablesOfAnotherVersion() {
        byte[] artefact =
                EntropyTables.train(SampleCodes.of(SHAPE, 50, 1, 1), SHAPE).bytes();
        artefact[4] = 2;

        assertThatThrownBy(() -> EntropyTables.parse(artefact))
                .isInstanceOfSatisfying(
                        PayloadException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_VERSION));
    }

    @Property(tries = 300)
    void shouldScaleAnyWeightsToWholeFrequenciesOfTheTotal(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 1025) int count, @ForAll @IntRange(max = 40) int skew) {
        Random random = new Random(seed);
        double[] weights =
                random.doubles(count).map(d -> 1e-9 + Math.pow(d, skew)).toArray();

        int[] frequencies = FrequencyTableTrainer.scaleToTotal(weights);

        assertThat(Arrays.stream(frequencies).sum()).isEqualTo(65_536);
        assertThat(Arrays.stream(frequencies).min().orElseThrow()).isPositive();
    }
}
