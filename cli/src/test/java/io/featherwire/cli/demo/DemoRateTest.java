package io.featherwire.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoRateTest {

    @Test
    void shouldParseARateAndMax() {
        assertThat(DemoRate.parse("12.5").perSecond()).isEqualTo(12.5);
        assertThat(DemoRate.parse("max")).isEqualTo(DemoRate.MAX);
        assertThat(DemoRate.parse("0")).isEqualTo(DemoRate.MAX);
        assertThat(DemoRate.MEASURED.isMeasured()).isTrue();
        assertThat(DemoRate.MAX.isMeasured()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "-1", "NaN", "Infinity", ""})
    void shouldRejectTextThatIsNoRate(String text) {
        assertThatThrownBy(() -> DemoRate.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
