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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The encoder side: image to payload, one graph run per batch. Thread-safe. */
public final class FeatureCompressor implements AutoCloseable {

    /**
     * How to compress.
     *
     * @param maxBatch most images of one graph run; larger batches run in parts
     * @param variant which graphs, null for the bundle's default
     * @param mode which payload mode, null for the bundle's default
     * @param search whether to choose symbols by rate-distortion optimised quantisation, if the bundle says so: see {@link PredictionPreservingQuantiser}
     * @param targetBytes that a payload of mode entropy should not exceed, 0 for no target: see {@link PayloadCodec#withTargetBytes}
     * @param limits what an image may cost
     * @param onnx how the sessions use the machine
     */
    public record Options(
            int maxBatch,
            @Nullable String variant,
            @Nullable PayloadMode mode,
            boolean search,
            int targetBytes,
            ImageLimits limits,
            OnnxOptions onnx) {

        public static final Options DEFAULT =
                new Options(32, null, null, true, 0, ImageLimits.DEFAULT, OnnxOptions.DEFAULT);

        public Options {
            if (maxBatch < 1 || maxBatch > 4096) {
                throw new IllegalArgumentException("max batch is " + maxBatch + ", must be in 1..4096");
            }
            requireNonNull(limits, "limits");
            requireNonNull(onnx, "onnx");
        }

        public Options withMaxBatch(int other) {
            return new Options(other, variant, mode, search, targetBytes, limits, onnx);
        }

        public Options withVariant(@Nullable String other) {
            return new Options(maxBatch, other, mode, search, targetBytes, limits, onnx);
        }

        public Options withMode(@Nullable PayloadMode other) {
            return new Options(maxBatch, variant, other, search, targetBytes, limits, onnx);
        }

        public Options withSearch(boolean other) {
            return new Options(maxBatch, variant, mode, other, targetBytes, limits, onnx);
        }

        public Options withTargetBytes(int other) {
            return new Options(maxBatch, variant, mode, search, other, limits, onnx);
        }

        public Options withLimits(ImageLimits other) {
            return new Options(maxBatch, variant, mode, search, targetBytes, other, onnx);
        }

        public Options withOnnx(OnnxOptions other) {
            return new Options(maxBatch, variant, mode, search, targetBytes, limits, other);
        }
    }

    private static final String IMAGE = "image";
    private static final String CODE = "code";
    private static final String FEATURE = "feature";

    private final Bundle bundle;
    private final OnnxModel model;
    private final PayloadCodec codec;
    private final PayloadMode mode;
    private final int maxBatch;
    private final ImageDecoder decoder;
    private final ImagePreprocessor preprocessor;
    private final BatchRunner runner;
    private final Queue<InputBatch> idle = new ConcurrentLinkedQueue<>();
    private final @Nullable PayloadClassifier decoderSide;
    private final @Nullable PredictionPreservingQuantiser search;

    private FeatureCompressor(Bundle bundle, OnnxModel model, @Nullable PayloadClassifier decoderSide, Options options)
            throws BundleException {
        BundleManifest manifest = bundle.manifest();
        this.bundle = bundle;
        this.model = model;
        this.codec = codec(bundle, options.targetBytes());
        this.mode = options.mode() == null ? manifest.defaultMode() : options.mode();
        this.maxBatch = options.maxBatch();
        this.decoder = new ImageDecoder(options.limits(), manifest.input().upright());
        this.preprocessor = new ImagePreprocessor(manifest.input());
        this.runner = new BatchRunner(model, maxBatch, manifest.input().values());
        this.decoderSide = decoderSide;
        this.search = decoderSide == null
                ? null
                : new PredictionPreservingQuantiser(
                        codec, decoderSide::classify, requireNonNull(manifest.search(), "search"));
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
        String variant = options.variant() == null ? manifest.defaultVariant() : options.variant();
        String file = requireNonNull(manifest.models(variant).compressor());
        OnnxModel model = OnnxModel.open(bundle.file(file), device, options.onnx());
        try {
            PayloadClassifier decoderSide = options.search() && manifest.search() != null
                    ? PayloadClassifier.open(
                            bundle,
                            device,
                            new PayloadClassifier.Options(options.maxBatch(), options.variant(), options.onnx()))
                    : null;
            try {
                return new FeatureCompressor(bundle, model, decoderSide, options);
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
     * @throws ArithmeticException if a code holds NaN: an image that the network cannot bear
     */
    public List<byte[]> compress(List<float[]> images) {
        return compress(images, false).payloads();
    }

    /** Prepared images to payloads, with the codes, and with the features if asked for. */
    public CompressedBatch compress(List<float[]> images, boolean features) {
        List<byte[]> payloads = new ArrayList<>(images.size());
        List<float[]> codes = new ArrayList<>(images.size());
        List<float[]> wanted = new ArrayList<>();
        InputBatch pooled = idle.poll();
        InputBatch batch = pooled == null ? newBatch() : pooled;
        try {
            for (int from = 0; from < images.size(); from += maxBatch) {
                int count = Math.min(maxBatch, images.size() - from);
                for (int slot = 0; slot < count; slot++) {
                    batch.set(slot, images.get(from + slot));
                }
                CompressedBatch part = compress(batch, count, features);
                payloads.addAll(part.payloads());
                codes.addAll(part.codes());
                wanted.addAll(part.features());
            }
        } finally {
            idle.add(batch);
        }
        return new CompressedBatch(payloads, codes, wanted);
    }

    /** The first {@code count} slots to payloads, in one graph run. */
    public CompressedBatch compress(InputBatch batch, int count, boolean features) {
        if (count == 0) {
            return new CompressedBatch(List.of(), List.of(), List.of());
        }
        Set<String> outputs = new LinkedHashSet<>(List.of(CODE));
        if (features || searches(mode)) {
            outputs.add(FEATURE);
        }
        Map<String, List<float[]>> result = runner.run(batch, count, outputs);
        List<float[]> codes = requireNonNull(result.get(CODE));
        List<float[]> own = result.getOrDefault(FEATURE, List.of());
        return new CompressedBatch(encode(codes, own, mode), codes, features ? own : List.of());
    }

    private boolean searches(PayloadMode given) {
        return search != null && (given == PayloadMode.PACKED || given == PayloadMode.ENTROPY);
    }

    /**
     * Codes to payloads, in order, of any mode that the bundle offers.
     *
     * @param features that the codes were made of; not looked at where nothing is searched
     */
    public List<byte[]> encode(List<float[]> codes, List<float[]> features, PayloadMode as) {
        List<byte[]> payloads = new ArrayList<>(codes.size());
        if (search == null || decoderSide == null || !searches(as)) {
            codes.forEach(code -> payloads.add(codec.encode(code, as)));
            return payloads;
        }
        List<int[]> symbols = search.search(codes, decoderSide.classifyFeatures(features));
        for (int i = 0; i < codes.size(); i++) {
            payloads.add(codec.encode(codes.get(i), symbols.get(i), as));
        }
        return payloads;
    }

    /** Rate-distortion optimised quantisation, empty where rounding decides. */
    public Optional<PredictionPreservingQuantiser> search() {
        return Optional.ofNullable(search);
    }

    /** Runs the graph once or a few times, so that the first image does not wait for what only the first run does. */
    public void warmUp() {
        runner.warmUp(CODE);
        if (decoderSide != null) {
            decoderSide.warmUp();
        }
    }

    @Override
    public void close() {
        idle.clear();
        try (model) {
            if (decoderSide != null) {
                decoderSide.close();
            }
        }
    }
}
