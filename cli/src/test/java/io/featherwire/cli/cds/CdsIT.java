package io.featherwire.cli.cds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the packaged distribution. */
@Tag("slow")
class CdsIT {

    private static final Path SCRIPT = Path.of("target", "featherwire", "bin", "featherwire");

    @TempDir
    private Path directory;

    @Test
    void shouldWriteAnArchiveThatTheJvmUses() throws Exception {
        // Given
        Path archive = directory.resolve("streams.jsa");
        Path loaded = directory.resolve("loaded");

        // When
        String output = run("", "cds", "--archive", archive.toString());
        run("-XX:SharedArchiveFile=" + archive + " -Xlog:class+load:file=" + loaded, "classify", "--help");

        // Then
        assertThat(output).contains("streams.jsa", "MiB");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactlyInAnyOrder(archive, loaded, directory.resolve("said"));
        }
        assertThat(Files.readAllLines(loaded)).anySatisfy(line -> assertThat(line)
                .contains("io.featherwire.classifier.ClassifierConfig ")
                .contains("shared objects file (top)"));
    }

    @Test
    void shouldIgnoreAnArchiveOfAnotherBuildSilently() throws Exception {
        // Given
        Path archive = directory.resolve("streams.jsa");
        Files.write(archive, new byte[100]);

        // When
        String output = run(
                "-XX:SharedArchiveFile=" + archive + " -Xshare:auto -Xlog:disable -Xlog:all=error:stderr",
                "classify",
                "--help");

        // Then
        assertThat(output).startsWith("Usage: featherwire classify");
    }

    private String run(String javaOptions, String... arguments) throws IOException, InterruptedException {
        Path output = directory.resolve("said");
        ProcessBuilder builder =
                new ProcessBuilder(SCRIPT.toString()).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.command().addAll(List.of(arguments));
        builder.environment().put("FEATHERWIRE_JAVA_OPTS", javaOptions);
        int exit = builder.start().waitFor();
        String text = Files.readString(output);
        assertThat(exit).as(text).isZero();
        return text;
    }
}
