package io.featherwire.codec.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.codec.LaplacianCodes;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TargetSizeQuantisationTest {

    private static final TensorShape SHAPE = new TensorShape(20, 1, 1);

    @Test
    void shouldReturnTheSymbolsOfTheShortestPayloadIfNoneReachesTheTarget() {
        // Given
        CodeQuantiser rounding = CodeQuantiser.of(
                new CodeFormat(SHAPE, new Quantisers(Quantiser.uniform(20, 1), Quantiser.uniform(20, 1)), null));
        List<int[]> training = LaplacianCodes.of(SHAPE, 1, 1000).stream()
                .map(rounding::quantise)
                .toList();
        EntropyTables tables = EntropyTables.train(training, SHAPE);
        int[] middle = new int[20];
        int[] longer = new int[20];
        Arrays.fill(middle, 3);
        Arrays.fill(longer, 40);
        int[] given = new int[20];
        Arrays.fill(given, 9);

        // When: a higher lambda gives a shorter payload first, and longer ones later
        int[] chosen = TargetSizeQuantisation.choose(given, tables, 0.1, 1, lambda -> lambda < 0.2 ? middle : longer);
        int[] kept = TargetSizeQuantisation.choose(given, tables, 0.1, 1, lambda -> longer);

        // Then
        assertThat(chosen).isEqualTo(middle);
        assertThat(kept).isEqualTo(given);
    }
}
