package io.featherwire.lab.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A small file system in memory that can be full. It belongs to a process in a mount namespace of its own, and is reached
 * through that process's root; no rights are needed, only a Linux that lets users have namespaces.
 */
final class SmallDisk implements AutoCloseable {

    private static final String MOUNT = "mount -t tmpfs -o size=%dm tmpfs '%s' && echo ready && exec cat";

    private final Process holder;
    private final Path path;

    private SmallDisk(Process holder, Path path) {
        this.holder = holder;
        this.path = path;
    }

    /** One of that size, mounted over a directory as the holder sees it; empty where that is not possible. */
    static Optional<SmallDisk> mount(Path directory, int mebibytes) {
        try {
            Path place = Files.createDirectories(directory).toAbsolutePath();
            Process holder = new ProcessBuilder(
                            "unshare",
                            "--user",
                            "--map-root-user",
                            "--mount",
                            "sh",
                            "-c",
                            MOUNT.formatted(mebibytes, place))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader said = new BufferedReader(new InputStreamReader(holder.getInputStream(), UTF_8));
            Path path = Path.of("/proc/" + holder.pid() + "/root" + place);
            if ("ready".equals(said.readLine()) && Files.isWritable(path)) {
                return Optional.of(new SmallDisk(holder, path));
            }
            holder.destroy();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    Path path() {
        return path;
    }

    /** Takes all the space that is left; to be called again and again, since others may free some. */
    void fill() {
        // A new file each time: a file that could not be written to its end is left there.
        for (int size = 1 << 20; size >= 1; size /= 32) {
            Path ballast = path.resolve("ballast-" + System.nanoTime());
            byte[] chunk = new byte[size];
            try (OutputStream out = Files.newOutputStream(ballast)) {
                while (true) {
                    out.write(chunk);
                }
            } catch (IOException e) {
                // Full, for chunks of this size.
            }
        }
    }

    /** Gives back what {@link #fill} took. */
    void free() throws IOException {
        try (var files = Files.newDirectoryStream(path, "ballast-*")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    /** What is on it is lost. */
    @Override
    public void close() {
        holder.destroy();
    }
}
