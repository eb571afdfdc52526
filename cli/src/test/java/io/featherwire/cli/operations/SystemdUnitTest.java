package io.featherwire.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.producer.OutboxEdgeApp;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The systemd unit of a device: the settings that it shows start featherwire edge. */
class SystemdUnitTest {

    private static final Path UNIT = Path.of("..", "docker", "device", "featherwire-edge.service");
    private static final Pattern SETTING = Pattern.compile("(?m)^# {3}(FEATHERWIRE_\\w+)=(.+)$");

    @Test
    void shouldShowSettingsThatTheDeviceAccepts() throws IOException {
        // Given
        Map<String, String> shown = SETTING.matcher(Files.readString(UNIT))
                .results()
                .collect(Collectors.toMap(match -> match.group(1), (MatchResult match) -> match.group(2)));
        // Then
        assertThat(OutboxEdgeApp.settings().stream().map(Setting::environmentVariable))
                .containsAll(shown.keySet());
        assertThat(shown).hasSizeGreaterThan(4);
        // Reports what is missing and what cannot be used
        ConfigSources.of(Map.of(), shown, null).read(OutboxEdgeApp.settings());
    }
}
