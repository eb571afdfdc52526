package io.featherwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.cli.demo.TrainerEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptTest {

    @Test
    void shouldSetTheSameMemorySettingsForTrainingAsTheDemo() throws Exception {
        String script = Files.readString(Path.of("..", "featherwire"));
        for (Map.Entry<String, String> setting : TrainerEnvironment.MALLOC.entrySet()) {
            assertThat(script).contains(setting.getKey() + "=" + setting.getValue());
        }
    }

    @Test
    void shouldPassItsOptionsToTheJvm(@TempDir Path distribution) throws Exception {
        // Given a distribution without libraries, which no command would need
        Files.createDirectories(distribution.resolve("lib"));
        Path script = Files.createDirectories(distribution.resolve("bin")).resolve("featherwire");
        Files.copy(Path.of("..", "featherwire"), script);
        var builder = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("FEATHERWIRE_JAVA_OPTS", "-Dmark=here -XshowSettings:properties -version");

        // When
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);

        // Then
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(said).contains("mark = here");
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void shouldReadItsArgumentsAsUtf8InALocaleOfAsciiOnly(@TempDir Path distribution) throws Exception {
        // Given
        Files.createDirectories(distribution.resolve("lib"));
        Path script = Files.createDirectories(distribution.resolve("bin")).resolve("featherwire");
        Files.copy(Path.of("..", "featherwire"), script);
        for (Map<String, String> locale : List.of(
                Map.of("LC_ALL", "C"),
                Map.of("LC_ALL", "POSIX"),
                Map.of("LANG", "C"),
                Map.of("LC_ALL", "xx_YY.no-such"),
                Map.<String, String>of())) {
            var builder = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true);
            builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.startsWith("LANG"));
            builder.environment().putAll(locale);
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.environment().put("FEATHERWIRE_JAVA_OPTS", "-XshowSettings:properties -version");

            // When
            Process process = builder.start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);

            // Then
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(said)
                    .as(locale.toString())
                    .contains("sun.jnu.encoding = UTF-8")
                    .contains("file.encoding = UTF-8");
        }
    }
}
