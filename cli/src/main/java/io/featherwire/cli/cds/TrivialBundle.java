package io.featherwire.cli.cds;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A bundle with trivial networks, which predict whether red, green or blue dominates an image of 8×8 pixels. A run with
 * this bundle does all work of the streams except that of real networks.
 */
public final class TrivialBundle {

    private static final List<String> FILES =
            List.of("bundle.json", "compressor.onnx", "decoder.onnx", "head.onnx", "entropy.bin");

    private TrivialBundle() {}

    /** Writes the bundle to a directory, which is created if necessary, and returns the directory. */
    public static Path write(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (String file : FILES) {
            try (InputStream in = requireNonNull(TrivialBundle.class.getResourceAsStream("trivial/" + file), file)) {
                Files.copy(in, directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return directory;
    }
}
