package io.featherwire.producer.mqtt.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.runtime.config.ConfigSources;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The exit code of the MQTT source. */
class MqttSourceAppTest {

    @Test
    void shouldExitWithFailureIfItCannotStart() throws Exception {
        // Given a port for health and metrics that another process uses
        try (var taken = new ServerSocket(0)) {
            // When
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            MqttSourceAppTest.class.getName(),
                            Integer.toString(taken.getLocalPort()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();

            // Then
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
        }
    }

    /** @param args port of health and metrics */
    public static void main(String[] args) throws Exception {
        System.exit(MqttSourceApp.run(ConfigSources.of(
                Map.of("from", "mqtt://127.0.0.1:1", "bootstrap.servers", "127.0.0.1:1", "http.port", args[0]))));
    }
}
