package io.featherwire.bundler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminalDetectorTest {

    /** In JDK 22 to 24, such a process has a console, which is not a terminal. */
    @Test
    void shouldSeeNoTerminalWhereTheOutputIsAFile(@TempDir Path directory) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        assumeThat(java).isExecutable();
        Path out = directory.resolve("out");

        Process process = new ProcessBuilder(
                        java.toString(), "-cp", System.getProperty("java.class.path"), TerminalQuery.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();

        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(out).strip()).isEqualTo("false");
    }

    static final class TerminalQuery {
        public static void main(String[] arguments) {
            System.out.println(TerminalDetector.isInteractive());
        }
    }
}
