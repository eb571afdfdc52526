package io.featherwire.lab.harness;

import static java.util.Objects.requireNonNull;

import io.featherwire.schemas.ImageEncoding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A bundle with trivial networks: it predicts which of red, green and blue dominates an 8x8 image. With it a run
 * measures everything except the networks.
 */
public final class TrivialBundle {

    public static final List<String> CLASSES = List.of("red", "green", "blue");

    private static final int SIDE = 8;
    private static final List<String> FILES =
            List.of("bundle.json", "compressor.onnx", "decoder.onnx", "head.onnx", "entropy.bin");

    private TrivialBundle() {}

    /** Writes its files to a directory, which is created if necessary, and returns the directory. */
    public static Path write(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (String file : FILES) {
            try (InputStream in = requireNonNull(TrivialBundle.class.getResourceAsStream("trivial/" + file), file)) {
                Files.copy(in, directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return directory;
    }

    /** The image of frame n, of class n mod 3; neighbouring images differ. */
    public static Feed.Image image(int n) {
        int strongest = n % CLASSES.size();
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i % 3 == strongest ? 200 : (n * 7 + i) & 63);
        }
        return new Feed.Image(ImageEncoding.RGB8, SIDE, SIDE, rgb, CLASSES.get(strongest));
    }
}
