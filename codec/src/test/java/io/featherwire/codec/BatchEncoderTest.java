package io.featherwire.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.codec.payload.CodeFormat;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.Quantiser;
import io.featherwire.codec.payload.Quantisers;
import io.featherwire.codec.payload.TensorShape;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchEncoderTest {

    private static final TensorShape SHAPE = new TensorShape(200, 1, 1);

    @Test
    void shouldKeepEachPayloadWithinTheTargetOfItsCode() {
        // Given
        BatchEncoder encoder = new BatchEncoder(format(), Set.of(PayloadMode.ENTROPY), null, null);
        List<float[]> codes = LaplacianCodes.of(SHAPE, 5, 60);
        List<byte[]> without = encode(encoder, codes, Collections.nCopies(60, 0));
        List<Integer> targets = IntStream.range(0, 60)
                .mapToObj(i -> List.of(36, 30, 0).get(i % 3))
                .toList();

        // When
        List<byte[]> payloads = encode(encoder, codes, targets);

        // Then
        int limited = 0;
        for (int i = 0; i < 60; i++) {
            if (targets.get(i) == 0 || without.get(i).length <= targets.get(i)) {
                assertThat(payloads.get(i)).isEqualTo(without.get(i));
            } else {
                assertThat(payloads.get(i)).hasSizeLessThanOrEqualTo(targets.get(i));
                // The smallest lambda that reaches the target leaves most of it in use.
                assertThat(payloads.get(i)).hasSizeGreaterThan(targets.get(i) * 3 / 4);
                limited++;
            }
            assertThat(encode(encoder, codes.subList(i, i + 1), targets.subList(i, i + 1)))
                    .usingElementComparator(Arrays::compare)
                    .containsExactly(payloads.get(i));
        }
        assertThat(limited).isGreaterThan(30);
    }

    private static List<byte[]> encode(BatchEncoder encoder, List<float[]> codes, List<Integer> targets) {
        return encoder.encode(codes, List.of(), List.of(), targets).getOrDefault(PayloadMode.ENTROPY, List.of());
    }

    private static CodeFormat format() {
        Quantisers quantisers =
                new Quantisers(Quantiser.uniform(SHAPE.channels(), 1), Quantiser.uniform(SHAPE.channels(), 1));
        CodeQuantiser rounding = CodeQuantiser.of(new CodeFormat(SHAPE, quantisers, null));
        List<int[]> symbols = LaplacianCodes.of(SHAPE, 1, 1000).stream()
                .map(rounding::quantise)
                .toList();
        return new CodeFormat(SHAPE, quantisers, EntropyTables.train(symbols, SHAPE));
    }
}
