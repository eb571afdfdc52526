package io.featherwire.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.compress.Compression;
import org.junit.jupiter.api.Test;

class CostBreakdownTest {

    private static Map<String, Double> parts(int frames, int payload, Compression compression) {
        return CostBreakdown.of(new FeatureRecordGenerator(30, 1, payload).next(frames), compression);
    }

    @Test
    void shouldAttributeExactBytesToEachPartWithoutCompression() {
        Map<String, Double> parts = parts(1, 4, Compression.NONE);

        assertThat(parts.get("batch header")).isEqualTo(61);
        assertThat(parts.get("key (sensor id)")).isEqualTo("camera-1".length());
        assertThat(parts.get("frameId")).isEqualTo("cv5k3x9-0".length());
        assertThat(parts.get("capturedAt")).isEqualTo(5);
        assertThat(parts.get("bundle fingerprint")).isZero();
    }

    @Test
    void shouldCompressRepeatedPartsButNotPayloads() {
        Map<String, Double> parts = parts(300, 40, Compression.zstd().build());

        assertThat(parts.get("payload")).isBetween(40.0, 50.0);
        assertThat(parts.get("key (sensor id)")).isLessThan(0.5);
        assertThat(parts.get("bundle fingerprint")).isLessThan(0.5);
        assertThat(List.copyOf(parts.keySet())).endsWith("batch header");
    }
}
