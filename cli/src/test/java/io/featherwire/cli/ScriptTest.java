package io.featherwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.cli.demo.TrainerEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);

        // Then
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(output).contains("mark = here");
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void shouldArchiveTheClassesOfATrainingDemoForLaterDemos(@TempDir Path directory) throws Exception {
        // Given a distribution without libraries, which no command would need, and an empty cache
        Path distribution = directory.resolve("distribution");
        Files.createDirectories(distribution.resolve("lib"));
        Path script = Files.createDirectories(distribution.resolve("bin")).resolve("featherwire");
        Files.copy(Path.of("..", "featherwire"), script);
        Path cache = Files.createDirectories(directory.resolve("cache"));

        // Then
        String writes = flags(script, cache, "demo");
        assertThat(writes).contains("-XX:ArchiveClassesAtExit=" + cache.resolve("classes"));
        assertThat(flags(script, cache, "demo", "--bundle", "b")).doesNotContain("ArchiveClassesAtExit");
        assertThat(flags(script, cache, "demo", "--stay")).doesNotContain("ArchiveClassesAtExit");
        assertThat(flags(script, cache, "produce")).doesNotContain("ArchiveClassesAtExit");

        // When: one was killed while it wrote, which the JVM does from the end
        Path archive = Path.of(writes.replaceAll("(?s).*ArchiveClassesAtExit=(\\S+).*", "$1"));
        assertThat(archive).isNotEmptyFile();
        Files.write(archive, new byte[100]);

        // Then
        assertThat(flags(script, cache, "demo"))
                .contains("ArchiveClassesAtExit")
                .doesNotContain("SharedArchiveFile");
        assertThat(flags(script, cache, "demo")).contains("-XX:SharedArchiveFile=" + archive);

        // When: there is a bundle already, so that a demo takes seconds
        Files.delete(archive);
        Files.createDirectories(cache.resolve("bundles/quick-0123456789abcdef"));

        // Then
        assertThat(flags(script, cache, "demo")).doesNotContain("Archive");
        assertThat(flags(script, cache, "compress")).doesNotContain("Archive");
    }

    private static String flags(Path script, Path cache, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("bash", script.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("FEATHERWIRE_CACHE", cache.toString());
        builder.environment().put("FEATHERWIRE_JAVA_OPTS", "-XX:+PrintCommandLineFlags -version");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
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
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);

            // Then
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(output)
                    .as(locale.toString())
                    .contains("sun.jnu.encoding = UTF-8")
                    .contains("file.encoding = UTF-8");
        }
    }
}
