package io.featherwire.producer.mqtt;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.runtime.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MqttClientsTest {

    @Test
    void shouldRefuseAFileWithoutCertificates(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("ca.pem"), "");
        var settings = new MqttSettings(
                new MqttAddress("localhost", 1, true), "fw", Optional.empty(), Optional.empty(), Optional.of(file));
        assertThatThrownBy(() -> MqttClients.createClient(settings, "id", Duration.ofSeconds(1), cause -> {}))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("ca.pem")
                .hasMessageContaining("mqtt.certificates");
    }
}
