package io.featherwire.codec;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.image.ImagePreprocessor;
import io.featherwire.codec.image.RgbImage;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The encoder side: image to payload, one graph run per batch. Thread-safe. */
public final class FeatureCompressor implements AutoCloseable {

    /** How to compress: each option has a default, and is changed by its own method on a copy. */
    public static final class Options {

        public static final Options DEFAULT = new Options();

        private int maxBatch = 32;
        private @Nullable String variant;
        private @Nullable PayloadMode mode;
        private boolean search = true;
        private boolean predictions;
        private int targetBytes;
        private ImageLimits limits = ImageLimits.DEFAULT;
        private OnnxOptions onnx = OnnxOptions.DEFAULT;

        private Options() {}

        /** The most images of one graph run; larger batches run in parts. */
        public Options withMaxBatch(int other) {
            if (other < 1 || other > 4096) {
                throw new IllegalArgumentException("max batch is " + other + ", must be in 1..4096");
            }
            return copy(options -> options.maxBatch = other);
        }

        /** Which graphs; null for the bundle's default. */
        public Options withVariant(@Nullable String other) {
            return copy(options -> options.variant = other);
        }

        /** Which payload mode; null for the bundle's default. */
        public Options withMode(@Nullable PayloadMode other) {
            return copy(options -> options.mode = other);
        }

        /** Whether symbols are chosen by RDOQ, if the bundle asks for it: see {@link PredictionPreservingQuantiser}. */
        public Options withSearch(boolean other) {
            return copy(options -> options.search = other);
        }

        /** Whether each image also gets the uncompressed path's prediction. */
        public Options withPredictions(boolean other) {
            return copy(options -> options.predictions = other);
        }

        /** The bytes that a payload of mode entropy should not exceed, 0 for no target: see {@link PayloadCodec#withTargetBytes}. */
        public Options withTargetBytes(int other) {
            return copy(options -> options.targetBytes = other);
        }

        /** The limits on an image. */
        public Options withLimits(ImageLimits other) {
            requireNonNull(other, "limits");
            return copy(options -> options.limits = other);
        }

        /** How the sessions use the machine. */
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
            copy.predictions = predictions;
            copy.targetBytes = targetBytes;
            copy.limits = limits;
            copy.onnx = onnx;
            change.accept(copy);
            return copy;
        }
    }

    private static final String IMAGE = "image";
    private static final String CODE = "code";
    private static final String FEATURE = "feature";

    private final Bundle bundle;
    private final OnnxModel model;
    private final PayloadMode mode;
    private final int maxBatch;
    private final ImageDecoder decoder;
    private final ImagePreprocessor preprocessor;
    private final BatchRunner runner;
    private final Queue<InputBatch> idle = new ConcurrentLinkedQueue<>();
    private final @Nullable PayloadClassifier decoderSide;
    private final @Nullable AnswerDirections answer;
    private final BatchEncoder encoder;
    private final boolean predictions;

    private FeatureCompressor(
            Bundle bundle,
            OnnxModel model,
            @Nullable PayloadClassifier decoderSide,
            @Nullable AnswerDirections answer,
            Options options)
            throws BundleException {
        BundleManifest manifest = bundle.manifest();
        this.bundle = bundle;
        this.model = model;
        PayloadCodec codec = codec(bundle, options.targetBytes);
        this.mode = options.mode == null ? manifest.defaultMode() : options.mode;
        this.maxBatch = options.maxBatch;
        this.decoder = new ImageDecoder(options.limits, manifest.input().upright());
        this.preprocessor = new ImagePreprocessor(manifest.input());
        this.runner = new BatchRunner(model, maxBatch, manifest.input().values());
        this.decoderSide = decoderSide;
        this.answer = answer;
        this.predictions = options.predictions;
        PredictionPreservingQuantiser search = decoderSide == null || !searches(options, manifest)
                ? null
                : new PredictionPreservingQuantiser(
                        codec, decoderSide::classify, requireNonNull(manifest.search(), "search"));
        this.encoder = new BatchEncoder(codec, answer, search);
        if (!codec.modes().contains(mode)) {
            throw new BundleException(
                    "bundle " + bundle + " does not offer payload mode " + mode.text() + ", only " + codec.modes());
        }
        int size = manifest.input().size();
        GraphCheck.input(bundle, model, IMAGE, 3, size, size);
        GraphCheck.output(bundle, model, CODE, manifest.codeShape().sides());
    }

    private static PayloadCodec codec(Bundle bundle, int targetBytes) throws BundleException {
        PayloadCodec codec = bundle.payloadCodec();
        if (targetBytes == 0) {
            return codec;
        }
        if (bundle.tables() == null) {
            throw new BundleException(
                    "bundle " + bundle + " has no entropy tables, so that payloads cannot have a target of "
                            + targetBytes + " bytes. Leave the target out, or use a bundle with tables.");
        }
        return codec.withTargetBytes(targetBytes);
    }

    /** Opens the bundle's compressor graph, and for rate-distortion optimised quantisation the graphs of the decoder side. */
    public static FeatureCompressor open(Bundle bundle, Device device, Options options) throws BundleException {
        BundleManifest manifest = bundle.manifest();
        String variant = options.variant == null ? manifest.defaultVariant() : options.variant;
        String file = requireNonNull(manifest.models(variant).compressor());
        OnnxModel model = OnnxModel.open(bundle.file(file), device, options.onnx);
        try {
            PayloadClassifier decoderSide = options.predictions || searches(options, manifest)
                    ? PayloadClassifier.open(
                            bundle,
                            device,
                            new PayloadClassifier.Options(options.maxBatch, options.variant, options.onnx))
                    : null;
            try {
                return open(bundle, model, decoderSide, device, options);
            } catch (BundleException | RuntimeException e) {
                if (decoderSide != null) {
                    decoderSide.close();
                }
                throw e;
            }
        } catch (BundleException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static FeatureCompressor open(
            Bundle bundle, OnnxModel model, @Nullable PayloadClassifier decoderSide, Device device, Options options)
            throws BundleException {
        AnswerDirections answer = AnswerDirections.open(bundle, device, options.maxBatch, options.onnx)
                .orElse(null);
        try {
            return new FeatureCompressor(bundle, model, decoderSide, answer, options);
        } catch (BundleException | RuntimeException e) {
            if (answer != null) {
                answer.close();
            }
            throw e;
        }
    }

    private static boolean searches(Options options, BundleManifest manifest) {
        return options.search && manifest.search() != null;
    }

    public Bundle bundle() {
        return bundle;
    }

    /** Where it really runs. */
    public Device device() {
        return model.device();
    }

    public PayloadMode mode() {
        return mode;
    }

    public int maxBatch() {
        return maxBatch;
    }

    /** Decodes, resizes and normalises one image to [3, S, S]. */
    public float[] prepare(EncodedImage image) throws ImageException {
        return decoder.decode(image, preprocessor::preprocess);
    }

    /** Decodes one image for {@code use}, which may {@link #prepare(RgbImage)} it. */
    public <T> T decode(EncodedImage image, Function<RgbImage, T> use) throws ImageException {
        return decoder.decode(image, use);
    }

    /** Resizes and normalises a decoded image to [3, S, S]. */
    public float[] prepare(RgbImage image) {
        return preprocessor.preprocess(image);
    }

    /** The same straight into a slot of a batch. */
    public void prepare(EncodedImage image, InputBatch batch, int slot) throws ImageException {
        decoder.decode(image, pixels -> {
            preprocessor.preprocess(pixels, batch.buffer(), batch.offset(slot));
            return slot;
        });
    }

    /** A batch with {@link #maxBatch()} slots for {@link #compress(InputBatch, int, boolean)}. */
    public InputBatch newBatch() {
        return runner.newBatch();
    }

    /**
     * Prepared images to payloads, in order.
     *
     * @throws ArithmeticException if a code holds NaN: the network fails on an image
     */
    public List<byte[]> compress(List<float[]> images) {
        return compress(images, false).payloads();
    }

    /** Prepared images to payloads, with the codes, and with features and predictions if asked for. */
    public CompressedBatch compress(List<float[]> images, boolean features) {
        List<CompressedBatch> parts = new ArrayList<>();
        InputBatch pooled = idle.poll();
        InputBatch batch = pooled == null ? newBatch() : pooled;
        try {
            for (int from = 0; from < images.size(); from += maxBatch) {
                int count = Math.min(maxBatch, images.size() - from);
                for (int slot = 0; slot < count; slot++) {
                    batch.set(slot, images.get(from + slot));
                }
                parts.add(compress(batch, count, features));
            }
        } finally {
            idle.add(batch);
        }
        return CompressedBatch.joined(parts);
    }

    /** The first {@code count} slots to payloads, in one graph run. */
    public CompressedBatch compress(InputBatch batch, int count, boolean features) {
        if (count == 0) {
            return CompressedBatch.joined(List.of());
        }
        boolean classified = predictions || encoder.needsPredictions(mode);
        Set<String> outputs = new LinkedHashSet<>(List.of(CODE));
        if (features || classified || encoder.needsFeatures(mode)) {
            outputs.add(FEATURE);
        }
        Map<String, List<float[]>> result = runner.run(batch, count, outputs);
        List<float[]> codes = requireNonNull(result.get(CODE));
        List<float[]> own = result.getOrDefault(FEATURE, List.of());
        List<Prediction> raw =
                classified ? requireNonNull(decoderSide, "decoderSide").classifyFeatures(own) : List.of();
        return new CompressedBatch(encoder.encode(codes, own, raw, mode), codes, features ? own : List.of(), raw);
    }

    /** The payloads of a batch in another mode that the bundle offers; the batch must have its features. */
    public List<byte[]> encode(CompressedBatch batch, PayloadMode as) {
        List<Prediction> raw = batch.predictions().isEmpty() && encoder.needsPredictions(as)
                ? requireNonNull(decoderSide, "decoderSide").classifyFeatures(batch.features())
                : batch.predictions();
        return encoder.encode(batch.codes(), batch.features(), raw, as);
    }

    /** Rate-distortion optimised quantisation, empty where rounding decides. */
    public Optional<PredictionPreservingQuantiser> search() {
        return encoder.search();
    }

    @Override
    public void close() {
        idle.clear();
        try (model;
                answer) {
            if (decoderSide != null) {
                decoderSide.close();
            }
        }
    }
}
