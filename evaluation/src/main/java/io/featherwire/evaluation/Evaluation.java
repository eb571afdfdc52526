package io.featherwire.evaluation;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.CompressedBatch;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.RgbImage;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.Quantiser;
import io.featherwire.datasets.LabelledImage;
import io.featherwire.evaluation.statistics.PayloadSizes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a bundle on labelled images, without Kafka. Every image is classified by the classes that the streams use:
 * from the uncompressed feature, through the autoencoder without quantisation, and through encoded payloads.
 */
public final class Evaluation {

    /** An image of the batch that is being evaluated. */
    private record Prepared(int index, int label, int fileBytes, int rgbBytes, float[] values) {}

    private final BundleRoundTrip roundTrip;
    private final EvaluationData data;
    private final EvaluationOptions options;
    private final EvaluationListener listener;
    private final int[] labels;
    private final PathAccumulator uncompressed;
    private final PathAccumulator floatCode;
    private final Map<PayloadMode, PathAccumulator> modes = new EnumMap<>(PayloadMode.class);
    private final Map<String, Integer> skipped = new TreeMap<>();
    private final PayloadSizes imageBytes = new PayloadSizes();
    private final List<CurveImage> samples = new ArrayList<>();
    private long rgbBytes;

    private Evaluation(
            BundleRoundTrip roundTrip, EvaluationData data, EvaluationOptions options, EvaluationListener listener)
            throws EvaluationException {
        BundleManifest manifest = roundTrip.bundle().manifest();
        this.roundTrip = roundTrip;
        this.data = data;
        this.options = options;
        this.listener = listener;
        this.labels = mapLabels(data, manifest);
        int classes = manifest.classes().size();
        this.uncompressed = PathAccumulator.of(PathResult.UNCOMPRESSED, classes);
        this.floatCode = PathAccumulator.of(PathResult.FLOAT, classes);
        for (PayloadMode mode : roundTrip.bundle().codeFormat().modes()) {
            if (mode == manifest.defaultMode() || options.modes().contains(mode)) {
                modes.put(mode, createAccumulator(mode, roundTrip.bundle()));
            }
        }
    }

    /**
     * Evaluates a bundle.
     *
     * @throws EvaluationException if the data has a class that the bundle does not know, or no usable image
     * @throws BundleException if the bundle cannot be opened or lacks the graphs of the variant
     * @throws IOException if an image cannot be read; an image that cannot be decoded is counted and skipped
     */
    public static EvaluationResult run(
            Bundle bundle, EvaluationData data, EvaluationOptions options, EvaluationListener listener)
            throws EvaluationException, BundleException, IOException {
        try (BundleRoundTrip roundTrip = BundleRoundTrip.open(bundle, options)) {
            return new Evaluation(roundTrip, data, options, listener).run();
        }
    }

    /** Evaluates several bundles one after another. */
    public static List<EvaluationResult> run(
            List<Bundle> bundles, EvaluationData data, EvaluationOptions options, EvaluationListener listener)
            throws EvaluationException, BundleException, IOException {
        List<EvaluationResult> results = new ArrayList<>();
        for (Bundle bundle : bundles) {
            results.add(run(bundle, data, options, listener));
        }
        return results;
    }

    /** Maps class indices of the data set to class indices of the bundle. */
    private static int[] mapLabels(EvaluationData data, BundleManifest manifest) throws EvaluationException {
        int[] labels = new int[data.classes().size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = manifest.classes().indexOf(data.classes().get(i));
            if (labels[i] < 0) {
                throw new EvaluationException("data set " + data.dataset() + " has the class '"
                        + data.classes().get(i) + "', bundle " + manifest.name() + " knows only "
                        + String.join(", ", manifest.classes()));
            }
        }
        return labels;
    }

    private static PathAccumulator createAccumulator(PayloadMode mode, Bundle bundle) {
        BundleManifest manifest = bundle.manifest();
        int classes = manifest.classes().size();
        Quantiser symbols = manifest.quantisers().symbols();
        return switch (mode) {
            case F32 -> PathAccumulator.of(mode.text(), classes);
            case U8 ->
                PathAccumulator.ofQuantised(
                        mode.text(),
                        classes,
                        manifest.codeShape(),
                        manifest.quantisers().u8(),
                        null);
            case PACKED ->
                PathAccumulator.ofQuantised(
                        mode.text(), classes, manifest.codeShape(), requireNonNull(symbols, "symbols"), null);
            case ENTROPY ->
                PathAccumulator.ofQuantised(
                        mode.text(),
                        classes,
                        manifest.codeShape(),
                        requireNonNull(symbols, "symbols"),
                        bundle.tables());
        };
    }

    private EvaluationResult run() throws EvaluationException, BundleException, IOException {
        long start = System.nanoTime();
        listener.onStage(
                "evaluate " + roundTrip.bundle().manifest().name(),
                data.images().size());
        List<Prepared> batch = new ArrayList<>();
        for (int index = 0; index < data.images().size(); index++) {
            Prepared image = prepare(index);
            if (image != null) {
                batch.add(image);
            }
            if (batch.size() == options.batch() || index == data.images().size() - 1) {
                evaluate(batch);
                batch.clear();
            }
            listener.onImages(1);
        }
        if (imageBytes.count() == 0) {
            throw new EvaluationException("no image of " + data.dataset() + " (" + data.part() + ") could be used"
                    + (skipped.isEmpty() ? "" : ": " + skipped));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return createResult(seconds, options.curve() == null ? null : measureCurve(options.curve()));
    }

    private RateCurve measureCurve(CurveOptions curve) throws IOException {
        return CurveMeasurement.measure(roundTrip, data, samples, curve, listener);
    }

    private EvaluationResult createResult(double seconds, @Nullable RateCurve curve) {
        BundleManifest manifest = roundTrip.bundle().manifest();
        return EvaluationResultBuilder.builder()
                .bundle(roundTrip.bundle())
                .variant(options.variant() == null ? manifest.defaultVariant() : options.variant())
                .device(roundTrip.device().toString())
                .dataset(data.dataset())
                .part(data.part())
                .images(imageBytes.count())
                .skipped(skipped)
                .imageBytes(imageBytes)
                .rgbBytes((double) rgbBytes / imageBytes.count())
                .uncompressed(uncompressed.result())
                .floatCode(floatCode.result())
                .modes(modes.values().stream().map(PathAccumulator::result).toList())
                .seconds(seconds)
                .curve(curve)
                .build();
    }

    private @Nullable Prepared prepare(int index) throws IOException {
        LabelledImage image = data.images().get(index);
        try {
            RgbImage pixels = roundTrip.decode(image.image());
            return new Prepared(
                    index,
                    labels[image.label()],
                    image.image().bytes().length,
                    pixels.rgb().length,
                    roundTrip.prepare(pixels));
        } catch (ImageException e) {
            skipped.merge(e.reason().name(), 1, Integer::sum);
            return null;
        }
    }

    /**
     * Evaluates a batch. If inference fails for the batch, halves it until the image that causes the failure is alone,
     * and skips that image.
     */
    private void evaluate(List<Prepared> batch) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            classify(batch);
        } catch (ArithmeticException e) {
            if (batch.size() == 1) {
                skipped.merge("NOT_FINITE", 1, Integer::sum);
                return;
            }
            int half = batch.size() / 2;
            evaluate(List.copyOf(batch.subList(0, half)));
            evaluate(List.copyOf(batch.subList(half, batch.size())));
        }
    }

    private void classify(List<Prepared> batch) {
        // Everything that can fail comes first, so that no image is counted twice when a batch is split.
        CompressedBatch compressed =
                roundTrip.compress(batch.stream().map(Prepared::values).toList());
        List<Prediction> references = roundTrip.classifier().classifyFeatures(compressed.features());
        DecodedCodes through = DecodedCodes.of(roundTrip, compressed.codes());
        Map<PayloadMode, List<byte[]>> payloads = new EnumMap<>(PayloadMode.class);
        Map<PayloadMode, DecodedCodes> paths = new EnumMap<>(PayloadMode.class);
        for (PayloadMode mode : modes.keySet()) {
            payloads.put(mode, compressed.payloads(mode));
            paths.put(mode, DecodedCodes.of(roundTrip, decodePayloads(payloads.get(mode))));
        }
        count(batch, compressed, references, through, payloads, paths);
    }

    private void count(
            List<Prepared> batch,
            CompressedBatch compressed,
            List<Prediction> references,
            DecodedCodes through,
            Map<PayloadMode, List<byte[]>> payloads,
            Map<PayloadMode, DecodedCodes> paths) {
        int codeBytes = Float.BYTES * roundTrip.bundle().manifest().codeShape().values();
        for (int i = 0; i < batch.size(); i++) {
            Prepared image = batch.get(i);
            Prediction reference = references.get(i);
            float[] feature = compressed.features().get(i);
            imageBytes.add(image.fileBytes());
            rgbBytes += image.rgbBytes();
            uncompressed.add(image.label(), reference, reference, Float.BYTES * feature.length);
            floatCode.add(image.label(), reference, through.predictions().get(i), codeBytes);
            floatCode.addFeature(feature, through.features().get(i));
            for (Map.Entry<PayloadMode, PathAccumulator> mode : modes.entrySet()) {
                DecodedCodes path = requireNonNull(paths.get(mode.getKey()), "path");
                int size =
                        requireNonNull(payloads.get(mode.getKey()), "payloads").get(i).length;
                mode.getValue().add(image.label(), reference, path.predictions().get(i), size);
                mode.getValue().addFeature(feature, path.features().get(i));
                mode.getValue().addCode(path.codes().get(i));
            }
            if (options.curve() != null && samples.size() < options.curve().images()) {
                samples.add(new CurveImage(
                        image.index(), image.label(), compressed.codes().get(i), reference));
            }
        }
    }

    private List<float[]> decodePayloads(List<byte[]> payloads) {
        List<float[]> codes = new ArrayList<>();
        for (byte[] payload : payloads) {
            try {
                codes.add(roundTrip.classifier().decode(payload));
            } catch (PayloadException e) {
                throw new IllegalStateException(
                        "the classifier refuses the compressor's payload: " + e.getMessage(), e);
            }
        }
        return codes;
    }

    /** Runs decoder and head on codes. */
    private record DecodedCodes(List<float[]> codes, List<float[]> features, List<Prediction> predictions) {
        static DecodedCodes of(BundleRoundTrip roundTrip, List<float[]> codes) {
            List<float[]> features = roundTrip.classifier().reconstruct(codes);
            return new DecodedCodes(codes, features, roundTrip.classifier().classifyFeatures(features));
        }
    }
}
