package io.featherwire.bundler.images;

import static java.util.Objects.requireNonNull;

import io.featherwire.bundler.BundlerException;
import io.featherwire.bundler.Progress;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.image.ImagePreprocessor;
import io.featherwire.codec.image.InputSpec;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.datasets.ImageFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/**
 * The features of images. They are computed once and cached; an interrupted run is resumed.
 *
 * @param values [rows, length] row by row, without unreadable images
 * @param files the image of each row
 * @param unreadable the number of images that were left out
 */
public record FeatureExtraction(float[] values, List<Path> files, int unreadable) {
    private static final int BATCH = 16;

    /** The share of unreadable images above which the run fails. */
    private static final double MAX_UNREADABLE = 0.5;

    /** Converts the outputs of a graph to rows. */
    public interface RowReader {

        /** Keeps the backbone's output {@code feature} without a change. */
        RowReader PLAIN = new RowReader() {
            @Override
            public Set<String> outputNames() {
                return Set.of("feature");
            }

            @Override
            public float[] toRows(Map<String, float[]> outputs, int count) {
                return requireNonNull(outputs.get("feature"));
            }
        };

        /** Returns the names of the required outputs. */
        Set<String> outputNames();

        /** Converts the outputs of a batch, each [count, ...], to rows [count, length]. */
        float[] toRows(Map<String, float[]> outputs, int count);
    }

    /** Reads an image file, or derives another image from it. */
    public interface ImageOpener {
        EncodedImage open(Path file) throws IOException, ImageException;
    }

    /**
     * Runs a backbone over images.
     *
     * @param backbone the graph from "image" to "feature"
     * @param input the images that the backbone expects
     * @param length the number of floats of one feature
     * @param images the images, in the order of the rows
     * @param cache the file in which features are kept
     */
    public static FeatureExtraction run(
            Path backbone, InputSpec input, int length, List<Path> images, Path cache, Progress progress)
            throws IOException {
        return run(backbone, input, RowReader.PLAIN, ImageFile::read, length, images, cache, progress);
    }

    /**
     * Runs a graph over images and keeps the rows that are computed from its outputs.
     *
     * @param graph the graph, with the input "image"
     * @param input the images that the graph expects
     * @param length the number of floats of one row
     * @param images the images, in the order of the rows
     * @param cache the file in which rows are kept
     */
    public static FeatureExtraction run(
            Path graph,
            InputSpec input,
            RowReader reader,
            ImageOpener opener,
            int length,
            List<Path> images,
            Path cache,
            Progress progress)
            throws IOException {
        try (FeatureFile features = FeatureFile.open(cache, length)) {
            if (features.rows() < images.size()) {
                if (features.rows() > 0) {
                    progress.note("the cache " + cache + " has the features of " + features.rows() + " images");
                }
                extract(graph, input, reader, opener, images, features, progress);
            }
            return read(features, images, length);
        }
    }

    private static void extract(
            Path backbone,
            InputSpec input,
            RowReader reader,
            ImageOpener opener,
            List<Path> images,
            FeatureFile features,
            Progress progress)
            throws IOException {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, input.upright());
        ImagePreprocessor preprocessor = new ImagePreprocessor(input);
        int batchSize = Math.min(BATCH, Integer.MAX_VALUE / Float.BYTES / input.values());
        FloatBuffer batch = ByteBuffer.allocateDirect(Float.BYTES * batchSize * input.values())
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        AtomicReference<String> reason = new AtomicReference<>("");
        int unreadable = 0;
        try (OnnxModel model = OnnxModel.open(backbone, Device.CPU, OnnxOptions.DEFAULT)) {
            while (features.rows() < images.size()) {
                int from = features.rows();
                int count = Math.min(batchSize, images.size() - from);
                boolean[] readable = new boolean[count];
                IntStream.range(0, count).parallel().forEach(i -> {
                    try {
                        preprocessor.preprocess(
                                decoder.decode(opener.open(images.get(from + i))), batch, i * input.values());
                        readable[i] = true;
                    } catch (ImageException e) {
                        reason.set(images.get(from + i) + ": " + e.getMessage());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                float[] made = reader.toRows(model.run(batch, count, reader.outputNames()), count);
                int length = made.length / count;
                for (int i = 0; i < count; i++) {
                    float[] feature = readable[i] ? Arrays.copyOfRange(made, i * length, (i + 1) * length) : null;
                    if (feature != null && !isFinite(feature)) {
                        reason.set(images.get(from + i) + ": the network returns values that are not finite");
                        feature = null;
                    }
                    unreadable += feature == null ? 1 : 0;
                    features.append(feature);
                }
                if (unreadable > BATCH && unreadable > MAX_UNREADABLE * features.rows()) {
                    throw new BundlerException("Cannot fit a codec to these images: " + unreadable + " of the first "
                            + features.rows() + " cannot be used. The last of these is " + reason.get()
                            + ". Give another directory with --images.");
                }
                progress.report("features", features.rows(), images.size());
            }
        }
    }

    private static boolean isFinite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns an array for the features [rows, length] of images.
     *
     * @throws BundlerException if a Java array cannot hold so many floats
     */
    static float[] allocate(int rows, int length) {
        if ((long) rows * length > Integer.MAX_VALUE) {
            throw new BundlerException("The features of " + rows + " images, " + length
                    + " floats each, are more than fit into an array. Give at most " + Integer.MAX_VALUE / length
                    + " images.");
        }
        return new float[rows * length];
    }

    private static FeatureExtraction read(FeatureFile features, List<Path> images, int length) throws IOException {
        float[] values = allocate(images.size(), length);
        List<Path> files = new ArrayList<>();
        for (int row = 0; row < images.size(); row++) {
            float[] feature = features.read(row);
            if (feature != null) {
                System.arraycopy(feature, 0, values, files.size() * length, length);
                files.add(images.get(row));
            }
        }
        return new FeatureExtraction(
                files.size() == images.size() ? values : Arrays.copyOf(values, files.size() * length),
                List.copyOf(files),
                images.size() - files.size());
    }
}
