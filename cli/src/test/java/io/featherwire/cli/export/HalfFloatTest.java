package io.featherwire.cli.export;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfFloatTest {

    @Test
    void shouldRoundToTheNearest() {
        assertThat(HalfFloat.of(0f)).isEqualTo((short) 0);
        assertThat(HalfFloat.of(-0f)).isEqualTo((short) 0x8000);
        assertThat(HalfFloat.of(1f)).isEqualTo((short) 0x3C00);
        assertThat(HalfFloat.of(-2f)).isEqualTo((short) 0xC000);
        assertThat(HalfFloat.of(65_504f)).isEqualTo((short) 0x7BFF);
        assertThat(HalfFloat.of(65_519.9f)).isEqualTo((short) 0x7BFF);
        assertThat(HalfFloat.of(65_520f)).isEqualTo((short) 0x7C00);
        assertThat(HalfFloat.of(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xFC00);
        assertThat(HalfFloat.of(Float.NaN)).isEqualTo((short) 0x7E00);
        // Ties go to even: half way between 1 and its successor 1 + 2^-10, and between that and the next.
        assertThat(HalfFloat.of(1 + 0x1p-11f)).isEqualTo((short) 0x3C00);
        assertThat(HalfFloat.of(1 + 3 * 0x1p-11f)).isEqualTo((short) 0x3C02);
        // Below 2^-14 the steps are 2^-24.
        assertThat(HalfFloat.of(0x1p-14f)).isEqualTo((short) 0x0400);
        assertThat(HalfFloat.of(0x1p-24f)).isEqualTo((short) 1);
        assertThat(HalfFloat.of(0x1p-25f)).isEqualTo((short) 0);
        assertThat(HalfFloat.of(0x1.8p-24f)).isEqualTo((short) 2);
        assertThat(HalfFloat.of(0x1.ffcp-15f + 0x1p-25f)).isEqualTo((short) 0x0400);
    }
}
