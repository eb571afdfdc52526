package io.featherwire.bundler.head;

import io.featherwire.bundler.BundlerException;
import io.featherwire.codec.CompressedBatch;
import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.datasets.ImageFolderDataset;
import io.featherwire.datasets.LabelledImage;
import io.featherwire.datasets.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Reads labelled features from a directory with one folder per class: each image is compressed to a payload, and the
 * payload is decoded to a feature.
 */
public final class ClassFolderFeatures {

    private static final int BATCH = 32;

    private final FeatureCompressor compressor;
    private final PayloadClassifier decoder;
    private final boolean uncompressed;
    private final HeadProgress progress;
    private final int length;
    private final Map<String, Long> leftOut = new LinkedHashMap<>();
    private long payloads;
    private long bytes;

    private ClassFolderFeatures(
            FeatureCompressor compressor, PayloadClassifier decoder, boolean uncompressed, HeadProgress progress) {
        this.compressor = compressor;
        this.decoder = decoder;
        this.uncompressed = uncompressed;
        this.progress = progress;
        this.length = decoder.bundle().manifest().featureShape().values();
    }

    /**
     * Reads the directory.
     *
     * @param search whether RDOQ preserves the predictions of the bundle's own head, as in compressors
     * @param uncompressed whether uncompressed features are used instead, for comparison
     * @param max the maximum number of training images, and of test images
     */
    public static HeadData read(
            Bundle bundle,
            Path directory,
            Device device,
            boolean search,
            boolean uncompressed,
            int max,
            HeadProgress progress)
            throws IOException, BundleException {
        if (!Files.isDirectory(directory)) {
            throw new BundlerException("Cannot read class folders: there is no directory " + directory);
        }
        ImageFolderDataset images = ImageFolderDataset.open(directory, true);
        images.remarks().forEach(progress::note);
        var compressing = FeatureCompressor.Options.DEFAULT
                .withMaxBatch(BATCH)
                .withSearch(search)
                .withFeatures(uncompressed);
        var decoding = PayloadClassifier.Options.DEFAULT.withMaxBatch(BATCH);
        try (FeatureCompressor compressor = FeatureCompressor.open(bundle, device, compressing);
                PayloadClassifier decoder = PayloadClassifier.open(bundle, device, decoding)) {
            var reading = new ClassFolderFeatures(compressor, decoder, uncompressed, progress);
            LabelledFeatures labelled = reading.extractFeatures("images", images.train(), images.classes(), max);
            LabelledFeatures test = reading.extractFeatures("test images", images.test(), images.classes(), max);
            boolean searched = compressor.setup().search().isPresent();
            return new HeadData(
                    labelled,
                    test,
                    reading.payloads == 0 ? 0 : (double) reading.bytes / reading.payloads,
                    "the images of " + directory.toAbsolutePath().normalize().getFileName()
                            + (uncompressed ? "" : searched ? ", payloads with RDOQ on" : ", payloads with RDOQ off"),
                    reading.leftOut);
        }
    }

    private LabelledFeatures extractFeatures(String stage, Split split, List<String> classes, int max)
            throws IOException {
        int wanted = Math.min(split.size(), max);
        if (wanted < split.size()) {
            leftOut.merge(
                    stage + " beyond the " + max + " that fit into memory", (long) split.size() - wanted, Long::sum);
        }
        float[] values = new float[Math.multiplyExact(wanted, length)];
        int[] labels = new int[wanted];
        int rows = 0;
        for (int from = 0; from < wanted; from += BATCH) {
            List<float[]> images = new ArrayList<>();
            List<Integer> batchLabels = prepare(split, from, Math.min(BATCH, wanted - from), images);
            List<float[]> features = extractFeatures(images);
            for (int i = 0; i < features.size(); i++) {
                if (isFinite(features.get(i))) {
                    System.arraycopy(features.get(i), 0, values, rows * length, length);
                    labels[rows++] = batchLabels.get(i);
                } else {
                    leftOut.merge("images whose features are not finite", 1L, Long::sum);
                }
            }
            progress.report(stage, Math.min(wanted, from + BATCH), wanted, "");
        }
        return new LabelledFeatures(
                rows == wanted ? values : Arrays.copyOf(values, rows * length),
                length,
                Arrays.copyOf(labels, rows),
                classes);
    }

    /** Decodes images in parallel, adds the readable ones to {@code images}, and returns their labels. */
    private List<Integer> prepare(Split split, int from, int count, List<float[]> images) {
        float[][] prepared = new float[count][];
        int[] labels = new int[count];
        IntStream.range(0, count).parallel().forEach(i -> {
            try {
                LabelledImage image = split.get(from + i);
                labels[i] = image.label();
                prepared[i] = compressor.prepare(image.image());
            } catch (ImageException e) {
                labels[i] = -1;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        List<Integer> readable = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (labels[i] >= 0) {
                images.add(prepared[i]);
                readable.add(labels[i]);
            } else {
                leftOut.merge("images that cannot be read", 1L, Long::sum);
            }
        }
        return readable;
    }

    private List<float[]> extractFeatures(List<float[]> images) {
        CompressedBatch made = compressor.compress(images);
        if (uncompressed) {
            return made.features();
        }
        List<float[]> codes = new ArrayList<>(images.size());
        for (byte[] payload : made.payloads()) {
            payloads++;
            bytes += payload.length;
            try {
                codes.add(decoder.decode(payload));
            } catch (PayloadException e) {
                throw new IllegalStateException("a payload that was just made cannot be read", e);
            }
        }
        return decoder.reconstruct(codes);
    }

    private static boolean isFinite(float[] feature) {
        for (float value : feature) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }
}
