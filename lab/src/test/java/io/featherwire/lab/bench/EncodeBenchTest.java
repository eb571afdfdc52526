package io.featherwire.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.testing.TinyBundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncodeBenchTest {

    @TempDir
    private Path directory;

    @Test
    void shouldMeasureTheTimeOfEachPart() throws Exception {
        // Given a bundle without a Fisher graph
        Bundle bundle = TinyBundle.write(directory);
        List<float[]> codes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            codes.add(new float[bundle.manifest().codeShape().values()]);
        }
        try (EncodeBench bench = EncodeBench.open(bundle, 8)) {
            EncodeBench.Cost cost = bench.runRound(codes, codes);

            assertThat(cost.bytes()).isGreaterThanOrEqualTo(1);
            assertThat(cost.symbols()).isPositive();
            assertThat(cost.decode()).isPositive();
        }
    }
}
