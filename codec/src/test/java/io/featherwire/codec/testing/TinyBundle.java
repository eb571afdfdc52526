package io.featherwire.codec.testing;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.bundle.BundleManifestBuilder;
import io.featherwire.codec.bundle.BundleWriter;
import io.featherwire.codec.bundle.GraphFileNames;
import io.featherwire.codec.bundle.RdoqSettings;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.image.InputSpec;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.Quantiser;
import io.featherwire.codec.payload.Quantisers;
import io.featherwire.codec.payload.TensorShape;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Writes a bundle of a few kilobytes that classifies an image by the strongest of red, green and blue: input 8x8,
 * feature and code 3x2x2 (means of quarters), the decoder is the identity. Its predictions are correct by construction,
 * so that a test knows each of them.
 */
public final class TinyBundle {

    public static final List<String> CLASSES = List.of("red", "green", "blue");

    private static final int SIZE = 8;
    private static final float STEP = 0.125f;
    private static final TensorShape SHAPE = new TensorShape(3, 2, 2);

    private TinyBundle() {}

    /** Writes the bundle's files into a directory, which is created if necessary. */
    public static Bundle write(Path directory) throws IOException, BundleException {
        return write(directory, "tiny");
    }

    /** Writes the same bundle under another name, and thus with another fingerprint. */
    public static Bundle write(Path directory, String name) throws IOException, BundleException {
        Files.createDirectories(directory);
        writeGraphs(directory);
        Files.write(directory.resolve(Bundle.TABLES), tables(STEP).bytes());
        return BundleWriter.write(directory, manifest(name));
    }

    /**
     * The same network with fewer symbols, and so with smaller payloads.
     *
     * @param step of the quantiser; 0.125 in the other bundles
     */
    public static Bundle writeCoarse(Path directory, String name, float step) throws IOException, BundleException {
        Files.createDirectories(directory);
        writeGraphs(directory);
        Files.write(directory.resolve(Bundle.TABLES), tables(step).bytes());
        return BundleWriter.write(directory, manifest(name, PayloadMode.ENTROPY, Bundle.TABLES, input(), step));
    }

    /** Mode entropy by default. */
    public static BundleManifest manifest(String name) {
        return manifest(name, PayloadMode.ENTROPY, Bundle.TABLES);
    }

    /** Mode u8 by default, mode entropy not on offer. */
    public static BundleManifest manifestWithoutTables(String name) {
        return manifest(name, PayloadMode.U8, null);
    }

    /** Writes a bundle from before EXIF was supported: it uses pictures as they are stored. */
    public static BundleManifest manifestOfBefore(String name) {
        InputSpec input = input();
        return manifest(
                name,
                PayloadMode.ENTROPY,
                Bundle.TABLES,
                new InputSpec(input.size(), input.mean(), input.std(), input.resize(), null));
    }

    private static InputSpec input() {
        return InputSpec.bilinear(SIZE, List.of(0.5f, 0.5f, 0.5f), List.of(0.25f, 0.25f, 0.25f));
    }

    private static BundleManifest manifest(String name, PayloadMode mode, @Nullable String tables) {
        return manifest(name, mode, tables, input());
    }

    private static BundleManifest manifest(String name, PayloadMode mode, @Nullable String tables, InputSpec input) {
        return manifest(name, mode, tables, input, STEP);
    }

    private static BundleManifest manifest(
            String name, PayloadMode mode, @Nullable String tables, InputSpec input, float step) {
        return BundleManifestBuilder.builder()
                .formatVersion(BundleManifest.FORMAT_VERSION)
                .name(name)
                .input(input)
                .classes(CLASSES)
                .featureShape(SHAPE)
                .codeShape(SHAPE)
                .models(GraphFileNames.DEFAULT)
                .quantisers(new Quantisers(
                        Quantiser.bytes(new float[] {-2, -2, -2}, new float[] {2, 2, 2}), Quantiser.uniform(3, step)))
                .defaultMode(mode)
                .tables(tables)
                .search(new RdoqSettings(20))
                .provenance(Map.of("recipe", "by construction"))
                .build();
    }

    /** Tables for images of one colour, each colour equally likely. */
    private static EntropyTables tables(float step) {
        int most = Math.round(2 / step);
        Random random = new Random(1);
        List<int[]> training = new ArrayList<>();
        for (int n = 0; n < 1000; n++) {
            int[] symbols = new int[SHAPE.values()];
            for (int c = 0; c < SHAPE.channels(); c++) {
                Arrays.fill(symbols, c * SHAPE.plane(), (c + 1) * SHAPE.plane(), random.nextInt(2 * most + 1) - most);
            }
            training.add(symbols);
        }
        return EntropyTables.train(training, SHAPE);
    }

    /** The three graphs, without a manifest. */
    public static void writeGraphs(Path directory) throws IOException {
        float[] identity = {1, 0, 0, 0, 1, 0, 0, 0, 1};
        new TinyGraph()
                .input("image", 3, SIZE, SIZE)
                .output("code", 3, 2, 2)
                .output("feature", 3, 2, 2)
                .weights("w", identity, 3, 3, 1, 1)
                .node(
                        "AveragePool",
                        List.of("image"),
                        "feature",
                        TinyGraph.ints("kernel_shape", 4, 4),
                        TinyGraph.ints("strides", 4, 4))
                .node("Conv", List.of("feature", "w"), "code")
                .write(directory.resolve("compressor.onnx"));
        new TinyGraph()
                .input("code", 3, 2, 2)
                .output("feature", 3, 2, 2)
                .weights("w", identity, 3, 3, 1, 1)
                .node("Conv", List.of("code", "w"), "feature")
                .write(directory.resolve("decoder.onnx"));
        new TinyGraph()
                .input("feature", 3, 2, 2)
                .output("logits", 3)
                .node("GlobalAveragePool", List.of("feature"), "mean")
                .node("Flatten", List.of("mean"), "logits")
                .write(directory.resolve("head.onnx"));
    }

    /** An 8x8 image of one colour as RGB8; its class is the largest of the three. */
    public static EncodedImage image(int red, int green, int blue) {
        byte[] rgb = new byte[3 * SIZE * SIZE];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) red;
            rgb[i + 1] = (byte) green;
            rgb[i + 2] = (byte) blue;
        }
        return new EncodedImage(ImageEncoding.RGB8, SIZE, SIZE, rgb);
    }

    /** A file of one colour. */
    public static EncodedImage file(ImageEncoding encoding, int width, int height, Color colour) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(colour);
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        return new EncodedImage(encoding, 0, 0, write(image, encoding));
    }

    private static byte[] write(BufferedImage image, ImageEncoding encoding) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, encoding.name(), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Returns a PNG file of 8x8 pixels R G B, with an EXIF chunk of an orientation. */
    public static EncodedImage turned(byte[] rgb, int orientation) {
        BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < SIZE * SIZE; i++) {
            int pixel = (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | rgb[3 * i + 2] & 0xFF;
            image.setRGB(i % SIZE, i / SIZE, pixel);
        }
        byte[] chunk = {
            'e',
            'X',
            'I',
            'f',
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            1,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            (byte) orientation,
            0,
            0
        };
        CRC32 crc = new CRC32();
        crc.update(chunk);
        byte[] file = write(image, ImageEncoding.PNG);
        int header = 33;
        byte[] bytes = ByteBuffer.allocate(file.length + 8 + chunk.length)
                .put(file, 0, header)
                .putInt(chunk.length - 4)
                .put(chunk)
                .putInt((int) crc.getValue())
                .put(file, header, file.length - header)
                .array();
        return new EncodedImage(ImageEncoding.PNG, 0, 0, bytes);
    }
}
