package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.ConfigSources;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourceConflictTest {

    private static OutboxEdgeConfig config(String... pairs) {
        Map<String, String> all = new HashMap<>(Map.of("bundle", "b", "outbox", "o", "device.id", "d"));
        for (int i = 0; i < pairs.length; i += 2) {
            all.put(pairs[i], pairs[i + 1]);
        }
        return OutboxEdgeConfig.from(ConfigSources.of(all).read(OutboxEdgeConfig.settings()));
    }

    @Test
    void shouldRefuseTwoCamerasOfOneSensor() {
        for (String[] sensor : new String[][] {{"sensor", "gate"}, {"device.id", "gate"}}) {
            assertThatThrownBy(() -> config(
                            sensor[0], sensor[1], "source", "http://one/video", "cameras", "gate=http://two/video"))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("gate");
        }
    }

    @Test
    void shouldRefuseTwoReadersOfStandardInput() {
        assertThatThrownBy(() -> config("source", "-", "cameras", "gate=mjpeg:-"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("standard input");
    }
}
