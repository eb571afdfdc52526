package io.featherwire.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.datasets.FileNames;
import io.featherwire.datasets.ImageFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Image files whose names are read from a stream, one per line, such as the output of find or of a camera's program;
 * the source ends with the stream. The names are read on a separate thread, so that the caller is not blocked.
 */
final class ListedFiles implements ImageSource {

    private static final Logger LOG = LoggerFactory.getLogger(ListedFiles.class);
    private static final int AHEAD = 1_024;
    private static final long PATIENCE_MILLIS = 5;

    private final BlockingQueue<String> names = new ArrayBlockingQueue<>(AHEAD);
    private volatile boolean ended;

    private ListedFiles() {}

    /** @param lines file names in UTF-8, one a line; blank lines are skipped */
    public static ListedFiles of(InputStream lines) {
        var files = new ListedFiles();
        var thread = new Thread(() -> files.read(lines), "file-names");
        thread.setDaemon(true);
        thread.start();
        return files;
    }

    private void read(InputStream lines) {
        try (var reader = new BufferedReader(new InputStreamReader(lines, UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank()) {
                    names.put(line);
                }
            }
        } catch (IOException e) {
            LOG.warn("cannot read further names of files: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended = true;
        }
    }

    @Override
    public @Nullable SourceImage next() throws IOException {
        String name = poll();
        if (name == null) {
            return null;
        }
        try {
            return new SourceImage(FileNames.printable(name), ImageFile.read(Path.of(name)), null);
        } catch (InvalidPathException e) {
            throw new IOException(FileNames.printable(String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
            throw new IOException(FileNames.reasonOf(Path.of(name), e), e);
        }
    }

    /** Waits briefly for a name, since the caller pauses much longer when it gets none. */
    private @Nullable String poll() {
        try {
            return names.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    @Override
    public boolean isExhausted() {
        return ended && names.isEmpty();
    }

    @Override
    public OptionalLong size() {
        return OptionalLong.empty();
    }

    @Override
    public String name() {
        return "files";
    }
}
