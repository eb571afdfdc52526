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
 * A small in-memory file system that can be filled. It is mounted in the mount namespace of a helper process and
 * accessed through the root directory of that process. This needs no privileges if Linux allows user namespaces.
 */
final class SmallDisk implements AutoCloseable {

    private static final String MOUNT = "mount -t tmpfs -o size=%dm tmpfs '%s' && echo ready && exec cat";

    private final Process holder;
    private final Path path;

    private SmallDisk(Process holder, Path path) {
        this.holder = holder;
        this.path = path;
    }

    /** Mounts a file system over a directory in the helper's namespace; empty if this is impossible. */
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
            BufferedReader output = new BufferedReader(new InputStreamReader(holder.getInputStream(), UTF_8));
            Path path = Path.of("/proc/" + holder.pid() + "/root" + place);
            if ("ready".equals(output.readLine()) && Files.isWritable(path)) {
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

    /** Fills all free space. Call it repeatedly, because other processes may free space. */
    void fill() {
        // Each attempt writes a new file, because an incomplete file stays.
        for (int size = 1 << 20; size >= 1; size /= 32) {
            Path ballast = path.resolve("ballast-" + System.nanoTime());
            byte[] chunk = new byte[size];
            try (OutputStream out = Files.newOutputStream(ballast)) {
                while (true) {
                    out.write(chunk);
                }
            } catch (IOException e) {
                // No space left for chunks of this size.
            }
        }
    }

    /** Deletes the files that {@link #fill} wrote. */
    void free() throws IOException {
        try (var files = Files.newDirectoryStream(path, "ballast-*")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    /** Unmounts the file system. Its content is lost. */
    @Override
    public void close() {
        holder.destroy();
    }
}
