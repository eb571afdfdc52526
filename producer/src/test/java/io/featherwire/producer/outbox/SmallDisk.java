package io.featherwire.producer.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.runtime.config.DataSize;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A disk of a few mebibytes in memory, mounted at a directory; needs root. */
final class SmallDisk implements AutoCloseable {

    private static final int BLOCK = 4096;

    private final Path at;

    private SmallDisk(Path at) {
        this.at = at;
    }

    /** Skips the test if this user may not mount a file system. */
    static SmallDisk mount(Path at, DataSize size) throws IOException {
        int exit = run("mount", "-t", "tmpfs", "-o", "size=" + size.bytes(), "tmpfs", at.toString());
        Assumptions.assumeTrue(exit == 0, "no disk can be mounted here: that takes root");
        return new SmallDisk(at);
    }

    /** Fills the disk completely. */
    void fill() throws IOException {
        try (OutputStream ballast = Files.newOutputStream(at.resolve("ballast"))) {
            while (true) {
                ballast.write(new byte[BLOCK]);
            }
        } catch (IOException e) {
            assertThat(at.toFile().getUsableSpace()).isZero();
        }
    }

    void free() throws IOException {
        Files.delete(at.resolve("ballast"));
    }

    @Override
    public void close() throws IOException {
        run("umount", "-l", at.toString());
    }

    private static int run(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .start()
                .onExit()
                .join()
                .exitValue();
    }
}
