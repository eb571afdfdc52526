package io.featherwire.codec;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.bundle.RdoqSettings;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.ImageInput;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.payload.CodeFormat;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.PayloadMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The encoder side: compresses images to payloads, with one graph run per batch. Thread-safe. */
public final class FeatureCompressor implements AutoCloseable {

    /** The options of a compressor. Each option has a default; each {@code with} method returns a changed copy. */
    public static final class Options {

        public static final Options DEFAULT = new Options();

        private int maxBatch = 32;
        private @Nullable String variant;
        private @Nullable PayloadMode mode;
        private boolean search = true;
        private Set<PayloadMode> furtherModes = Set.of();
        private boolean features;
        private boolean predictions;
        private int targetBytes;
        private ImageLimits limits = ImageLimits.DEFAULT;
        private OnnxOptions onnx = OnnxOptions.DEFAULT;

        private Options() {}

        /** Sets the maximum number of images in one graph run; larger batches run in parts. */
        public Options withMaxBatch(int other) {
            if (other < 1 || other > 4096) {
                throw new IllegalArgumentException("max batch is " + other + ", must be in 1..4096");
            }
            return copy(options -> options.maxBatch = other);
        }

        /** Sets the graph variant; null means the bundle's default. */
        public Options withVariant(@Nullable String other) {
            return copy(options -> options.variant = other);
        }

        /** Sets the payload mode; null means the bundle's default. */
        public Options withMode(@Nullable PayloadMode other) {
            return copy(options -> options.mode = other);
        }

        /**
         * Switches RDOQ on or off; it runs only if the bundle has settings for it. See {@link
         * PredictionPreservingQuantiser}.
         */
        public Options withSearch(boolean other) {
            return copy(options -> options.search = other);
        }

        /** Sets further payload modes: each image also gets a payload in each of these modes. */
        public Options withFurtherModes(Set<PayloadMode> other) {
            Set<PayloadMode> modes = Set.copyOf(other);
            return copy(options -> options.furtherModes = modes);
        }

        /** Sets whether the results include the features. */
        public Options withFeatures(boolean other) {
            return copy(options -> options.features = other);
        }

        /** Sets whether the results include the uncompressed path's predictions. */
        public Options withPredictions(boolean other) {
            return copy(options -> options.predictions = other);
        }

        /**
         * Sets the size that a payload of mode entropy should not exceed, in bytes; 0 means no target. It holds for
         * images without a target of their own. See {@link io.featherwire.codec.payload.PayloadLimits}.
         */
        public Options withTargetBytes(int other) {
            if (other < 0) {
                throw new IllegalArgumentException("the target is " + other + " bytes, must be at least 0");
            }
            return copy(options -> options.targetBytes = other);
        }

        /** Sets the limits on an image. */
        public Options withLimits(ImageLimits other) {
            requireNonNull(other, "limits");
            return copy(options -> options.limits = other);
        }

        /** Sets how the ONNX Runtime sessions use the machine. */
        public Options withOnnx(OnnxOptions other) {
            requireNonNull(other, "onnx");
            return copy(options -> options.onnx = other);
        }

        public OnnxOptions onnx() {
            return onnx;
        }

        public int targetBytes() {
            return targetBytes;
        }

        private Options copy(Consumer<Options> change) {
            var copy = new Options();
            copy.maxBatch = maxBatch;
            copy.variant = variant;
            copy.mode = mode;
            copy.search = search;
            copy.furtherModes = furtherModes;
            copy.features = features;
            copy.predictions = predictions;
            copy.targetBytes = targetBytes;
            copy.limits = limits;
            copy.onnx = onnx;
            change.accept(copy);
            return copy;
        }
    }

    private final Setup setup;
    private final CompressorGraphs graphs;
    private final BatchRunner runner;
    private final Options options;
    private final BatchEncoder encoder;

    /**
     * The setup of an open compressor.
     *
     * @param bundle the bundle
     * @param device the device on which the network actually runs
     * @param input turns images into the network's input
     * @param mode the mode of the payloads
     * @param search the rate-distortion optimised quantisation, empty if it is off
     */
    public record Setup(
            Bundle bundle,
            Device device,
            ImageInput input,
            PayloadMode mode,
            Optional<PredictionPreservingQuantiser> search) {}

    private FeatureCompressor(Setup setup, CompressorGraphs graphs, Options options) throws BundleException {
        this.setup = setup;
        this.graphs = graphs;
        this.options = options;
        this.runner = new BatchRunner(
                graphs.network(),
                options.maxBatch,
                setup.bundle().manifest().input().values());
        Set<PayloadMode> modes = EnumSet.of(setup.mode());
        modes.addAll(options.furtherModes);
        this.encoder = new BatchEncoder(
                setup.bundle().codeFormat(),
                modes,
                graphs.fisher(),
                setup.search().orElse(null));
    }

    /** Opens the bundle's compressor graph and, if RDOQ or predictions need them, the graphs of the decoder side. */
    public static FeatureCompressor open(Bundle bundle, Device device, Options options) throws BundleException {
        BundleManifest manifest = bundle.manifest();
        PayloadMode mode = options.mode == null ? manifest.defaultMode() : options.mode;
        CodeFormat format = bundle.codeFormat();
        check(bundle, format, mode, options);
        RdoqSettings spec = options.search ? manifest.search() : null;
        var how = new PayloadClassifier.Options(options.maxBatch, options.variant, options.onnx);
        CompressorGraphs graphs = CompressorGraphs.open(bundle, device, how, options.predictions || spec != null);
        try {
            PayloadClassifier decoderSide = graphs.decoderSide();
            PredictionPreservingQuantiser search = spec == null || decoderSide == null
                    ? null
                    : new PredictionPreservingQuantiser(CodeQuantiser.of(format), decoderSide::classify, spec);
            var setup = new Setup(
                    bundle,
                    graphs.network().device(),
                    new ImageInput(manifest.input(), options.limits),
                    mode,
                    Optional.ofNullable(search));
            return new FeatureCompressor(setup, graphs, options);
        } catch (BundleException | RuntimeException e) {
            graphs.close();
            throw e;
        }
    }

    private static void check(Bundle bundle, CodeFormat format, PayloadMode mode, Options options)
            throws BundleException {
        Set<PayloadMode> asked = EnumSet.of(mode);
        asked.addAll(options.furtherModes);
        for (PayloadMode one : asked) {
            if (!format.modes().contains(one)) {
                throw new BundleException(
                        "bundle " + bundle + " does not offer payload mode " + one.text() + ", only " + format.modes());
            }
        }
        if (options.targetBytes() > 0 && format.tables() == null) {
            throw new BundleException(
                    "bundle " + bundle + " has no entropy tables, so that payloads cannot have a target of "
                            + options.targetBytes() + " bytes. Leave the target out, or use a bundle with tables.");
        }
    }

    /** Returns the setup of this compressor. */
    public Setup setup() {
        return setup;
    }

    /** Decodes, resizes and normalises one image to [3, S, S]. */
    public float[] prepare(EncodedImage image) throws ImageException {
        return setup.input().prepare(image);
    }

    /**
     * Compresses prepared images. Returns the payloads and the other results that the options ask for, in the order of
     * the images.
     *
     * @param images [3, S, S] each
     * @param targetBytes the target size of each payload, in bytes, 0 for none; if left out, all images have the target
     *     of the options. A payload does not depend on the targets of other images.
     * @throws ArithmeticException if a code holds NaN, because the network fails on an image
     * @throws IllegalArgumentException if there is a target and payloads of symbols, but the bundle has no entropy
     *     tables
     */
    public CompressedBatch compress(List<float[]> images, int... targetBytes) {
        if (targetBytes.length > 0 && targetBytes.length != images.size()) {
            throw new IllegalArgumentException(targetBytes.length + " targets for " + images.size() + " images");
        }
        List<Integer> targets = targetBytes.length > 0
                ? Arrays.stream(targetBytes).boxed().toList()
                : Collections.nCopies(images.size(), options.targetBytes);
        if (images.size() <= options.maxBatch && !images.isEmpty()) {
            return run(images, targets);
        }
        List<CompressedBatch> parts = new ArrayList<>();
        for (int from = 0; from < images.size(); from += options.maxBatch) {
            int to = Math.min(images.size(), from + options.maxBatch);
            parts.add(run(images.subList(from, to), targets.subList(from, to)));
        }
        return CompressedBatch.concat(setup.mode(), parts);
    }

    /** Compresses at most maxBatch images in one graph run. */
    private CompressedBatch run(List<float[]> images, List<Integer> targetBytes) {
        boolean classified = options.predictions || encoder.needsPredictions();
        Set<String> outputs = new LinkedHashSet<>(List.of(CompressorGraphs.CODE));
        if (options.features || classified || encoder.needsFeatures()) {
            outputs.add(CompressorGraphs.FEATURE);
        }
        Map<String, List<float[]>> result = runner.run(images, outputs);
        List<float[]> codes = requireNonNull(result.get(CompressorGraphs.CODE));
        List<float[]> features = result.getOrDefault(CompressorGraphs.FEATURE, List.of());
        List<Prediction> raw =
                classified ? requireNonNull(graphs.decoderSide(), "decoderSide").classifyFeatures(features) : List.of();
        return new CompressedBatch(
                setup.mode(),
                encoder.encode(codes, features, raw, targetBytes),
                codes,
                options.features ? features : List.of(),
                raw);
    }

    @Override
    public void close() {
        graphs.close();
    }
}
