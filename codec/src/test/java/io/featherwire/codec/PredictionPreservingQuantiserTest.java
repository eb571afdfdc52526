package io.featherwire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.bundle.RdoqSettings;
import io.featherwire.codec.payload.CodeFormat;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.Quantiser;
import io.featherwire.codec.payload.Quantisers;
import io.featherwire.codec.payload.SymbolCodec;
import io.featherwire.codec.payload.TensorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Uses codes in which each value is the logit of a class, so that the effect of rounding on the prediction is easy to
 * see.
 */
class PredictionPreservingQuantiserTest {

    private static final TensorShape SHAPE = new TensorShape(4, 1, 1);
    private static final Quantiser WHOLE = Quantiser.of(new float[] {0, 0, 0, 0}, new float[] {1, 1, 1, 0});
    private static final CodeFormat FORMAT = new CodeFormat(
            SHAPE,
            new Quantisers(Quantiser.bytes(new float[] {-9, -9, -9, -9}, new float[] {9, 9, 9, 9}), WHOLE),
            tables());
    private static final CodeQuantiser QUANTISER = CodeQuantiser.of(FORMAT);

    private int classified;

    @Test
    void shouldRoundCodesThatKeepTheirPrediction() {
        // When
        List<int[]> symbols = search(0, new float[] {0.4f, 1.6f, -2.3f, 0});

        // Then
        assertThat(symbols).containsExactly(new int[] {0, 2, -2, 0});
        assertThat(classified).isEqualTo(1);
    }

    @Test
    void shouldMoveOneSymbolIfRoundingChangesThePrediction() {
        // When
        List<int[]> symbols = search(1, new float[] {1.4f, 1.6f, 0, 0}, new float[] {0.6f, 1.4f, 0.2f, 0});

        // Then
        assertThat(symbols.get(0)).containsExactly(1, 2, 0, 0);
        int[] moved = symbols.get(1);
        assertThat(moved[1]).isGreaterThan(Math.max(moved[0], moved[2]));
        assertThat(Math.abs(moved[0] - 1) + Math.abs(moved[1] - 1) + Math.abs(moved[2]))
                .isEqualTo(1);
    }

    @Test
    void shouldChooseTheCheapestPreservingSymbolsAndTheNearestPredictionIfBitsDoNotMatter() {
        // Given: a tie that {1, 2} or {0, 1} resolves; small symbols are more frequent
        float[] code = {0.9f, 1.45f, -0.4f, 0};

        // When, then
        assertThat(search(0, code).get(0)).containsExactly(0, 1, 0, 0);
        assertThat(tables().idealBits(new int[] {0, 1, 0, 0})).isLessThan(tables().idealBits(new int[] {1, 2, 0, 0}));
        assertThat(search(1e6, code).get(0)).containsExactly(1, 2, 0, 0);
    }

    @Test
    void shouldContinueFromTheNearestCandidateIfOneMoveIsNotEnough() {
        // Given: rounding as by a bad int8 graph, two steps from the wanted prediction
        PredictionPreservingQuantiser search =
                new PredictionPreservingQuantiser(QUANTISER, this::shifted, new RdoqSettings(1));

        // When
        int[] symbols = search.search(List.of(new float[] {0, 1, 0, 0}), List.of(wanted(1)))
                .get(0);

        // Then
        assertThat(shifted(List.of(QUANTISER.dequantise(symbols))).get(0).classIndex())
                .isEqualTo(1);
    }

    @Test
    void shouldSendRoundedSymbolsIfNoOthersKeepThePrediction() {
        // Given
        PredictionPreservingQuantiser search = new PredictionPreservingQuantiser(
                QUANTISER, codes -> codes.stream().map(code -> wanted(0)).toList(), new RdoqSettings(1));

        // When, then
        assertThat(search.search(List.of(new float[] {0, 3, 0, 0}), List.of(wanted(1))))
                .containsExactly(new int[] {0, 3, 0, 0});
        assertThat(search.lostPredictions()).isEqualTo(1);
        assertThat(search.restoredPredictions()).isZero();
    }

    @Test
    void shouldEncodeTheChosenSymbols() throws Exception {
        // Given
        float[] code = {0.6f, 1.4f, 0.2f, 0};
        int[] symbols = search(1, code).get(0);

        // When
        byte[] payload = SymbolCodec.of(FORMAT).encode(code, symbols, PayloadMode.ENTROPY);

        // Then
        assertThat(SymbolCodec.of(FORMAT).decode(payload)).containsExactly(symbols);
    }

    @Test
    void shouldRefuseInvalidSettings() {
        assertThatThrownBy(() -> new RdoqSettings(-1)).hasMessageContaining("must be 0 or more");
        assertThatThrownBy(() -> new RdoqSettings(Double.NaN)).hasMessageContaining("must be 0 or more");
    }

    private List<int[]> search(double bitsPerNat, float[]... codes) {
        List<float[]> list = List.of(codes);
        return new PredictionPreservingQuantiser(QUANTISER, this::classify, new RdoqSettings(bitsPerNat))
                .search(list, classify(list));
    }

    private List<Prediction> classify(List<float[]> codes) {
        classified = codes.size();
        return codes.stream().map(code -> Prediction.ofLogits(code, 0, 3)).toList();
    }

    /** Adds two to the logit of class 0. */
    private List<Prediction> shifted(List<float[]> codes) {
        return codes.stream()
                .map(code -> Prediction.ofLogits(new float[] {code[0] + 2.5f, code[1], code[2]}, 0, 3))
                .toList();
    }

    private static Prediction wanted(int best) {
        float[] logits = new float[3];
        logits[best] = 2;
        return Prediction.ofLogits(logits, 0, 3);
    }

    private static EntropyTables tables() {
        Random random = new Random(1);
        List<int[]> training = new ArrayList<>();
        for (int n = 0; n < 1000; n++) {
            int[] symbols = new int[4];
            for (int c = 0; c < 3; c++) {
                symbols[c] = (int) Math.round(0.8 * random.nextGaussian());
            }
            training.add(symbols);
        }
        return EntropyTables.train(training, SHAPE, EntropyTables.Options.DEFAULT.withDead(WHOLE));
    }
}
