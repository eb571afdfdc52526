package io.featherwire.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.ConfigSources;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTargetsTest {

    @Test
    void shouldReadATargetForEachSensor() {
        // When
        PayloadTargets targets = read(Map.of(
                "payload.bytes.target",
                "128",
                "payload.bytes.target.sensors",
                "gate-3=64, yard:7 = 1000000,a/b@c=32,yard *=0"));

        // Then
        assertThat(targets)
                .isEqualTo(
                        new PayloadTargets(128, Map.of("gate-3", 64, "yard:7", 1_000_000, "a/b@c", 32, "yard *", 0)));
        assertThat(targets.of("gate-3")).isEqualTo(64);
        assertThat(targets.of("a/b@c")).isEqualTo(32);
        assertThat(targets.of("yard *")).isZero();
        assertThat(targets.of("Gate-3")).isEqualTo(128);
        assertThat(targets.of("yard 8")).isEqualTo(128);
        assertThat(targets.largestTarget()).isEqualTo(1_000_000);
    }

    @Test
    void shouldHaveNoTargetByDefault() {
        assertThat(read(Map.of())).isEqualTo(PayloadTargets.NONE);
        assertThat(PayloadTargets.NONE.of("gate")).isZero();
        assertThat(PayloadTargets.NONE.largestTarget()).isZero();
        assertThat(read(Map.of("payload.bytes.target.sensors", "gate=64")).largestTarget())
                .isEqualTo(64);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "64",
                "gate",
                "gate=",
                "=64",
                "gate=-1",
                "gate=1000001",
                "gate=64B",
                "gate=64,",
                "a=1,,b=2",
                "gate=64,gate=64",
                "gate=64;yard=32",
                "gate=a=64"
            })
    void shouldRefuseWhatIsNoListOfSensorsAndTargets(String text) {
        assertThatThrownBy(() -> read(Map.of("payload.bytes.target.sensors", text)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("payload.bytes.target.sensors: \"" + text + "\"")
                .hasMessageContaining("each SENSOR=BYTES, with each sensor once and BYTES from 0 to 1000000");
    }

    private static PayloadTargets read(Map<String, String> settings) {
        return PayloadTargets.from(ConfigSources.of(settings).read(PayloadTargets.SETTINGS));
    }
}
