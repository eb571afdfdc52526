package io.featherwire.evaluation;

import io.featherwire.codec.Prediction;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.bundle.BundleManifestBuilder;
import io.featherwire.codec.bundle.BundleWriter;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.evaluation.statistics.PairedProportions;
import io.featherwire.evaluation.statistics.PayloadSizes;
import io.featherwire.evaluation.statistics.Proportion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;

/** A random result that resembles a good network's on CIFAR-10, for the layout of reports. */
public final class PlausibleEvaluation {

    private static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
    private static final int IMAGES = 5000;

    private final Random random = new Random(11);

    private PlausibleEvaluation() {}

    public static EvaluationResult result(Path directory) throws Exception {
        return new PlausibleEvaluation().draw(bundle(directory));
    }

    private static Bundle bundle(Path directory) throws Exception {
        TinyBundle.writeGraphs(directory);
        BundleManifest tiny = TinyBundle.manifestWithoutTables("cifar10-vgg16-half-96");
        List<Map<String, Object>> learning = new ArrayList<>();
        for (int epoch = 1; epoch <= 40; epoch++) {
            double share = 0.88 - 0.6 * Math.exp(-epoch / 9.0);
            learning.add(Map.of("imagesSeen", 12_500 * epoch, "trainAccuracy", share - 0.06));
        }
        return BundleWriter.write(
                directory,
                BundleManifestBuilder.builder()
                        .formatVersion(tiny.formatVersion())
                        .name(tiny.name())
                        .input(tiny.input())
                        .classes(CLASSES)
                        .featureShape(tiny.featureShape())
                        .codeShape(tiny.codeShape())
                        .models(tiny.models())
                        .quantisers(tiny.quantisers())
                        .defaultMode(PayloadMode.U8)
                        .provenance(Map.of("learningCurve", learning))
                        .build());
    }

    private EvaluationResult draw(Bundle bundle) {
        PathAccumulator uncompressed = PathAccumulator.of(PathResult.UNCOMPRESSED, 10);
        PathAccumulator floats = PathAccumulator.of(PathResult.FLOAT, 10);
        PathAccumulator u8 = PathAccumulator.ofQuantised(
                "u8",
                10,
                bundle.manifest().codeShape(),
                bundle.manifest().quantisers().u8(),
                null);
        PayloadSizes files = new PayloadSizes();
        float[] zero = new float[12];
        for (int i = 0; i < IMAGES; i++) {
            int label = i % 10;
            Prediction reference = prediction(label, label == 3 || label == 5 ? 0.76 : 0.9);
            uncompressed.add(label, reference, reference, 9216);
            floats.add(label, reference, random.nextInt(60) == 0 ? prediction(label, 0.7) : reference, 256);
            u8.add(label, reference, random.nextInt(30) == 0 ? prediction(label, 0.7) : reference, 67);
            float[] code = new float[12];
            for (int j = 0; j < 12; j++) {
                code[j] = (float) (random.nextGaussian() * (12 - j) / 12);
            }
            u8.addCode(code);
            floats.addFeature(zero, zero);
            files.add(800 + random.nextInt(240));
        }
        return EvaluationResultBuilder.builder()
                .bundle(bundle)
                .variant("fp32")
                .device("cpu")
                .dataset("cifar-10")
                .part("test")
                .images(IMAGES)
                .skipped(Map.of())
                .imageBytes(files)
                .rgbBytes(3072)
                .uncompressed(uncompressed.result())
                .floatCode(floats.result())
                .modes(List.of(u8.result()))
                .seconds(71.4)
                .curve(curve())
                .build();
    }

    private Prediction prediction(int label, double right) {
        int best = random.nextDouble() < right ? label : (label + 1 + random.nextInt(9)) % 10;
        float[] probabilities = new float[10];
        float top = (float) Math.min(0.999, 0.45 + 0.6 * Math.sqrt(random.nextDouble()));
        java.util.Arrays.fill(probabilities, (1 - top) / 9);
        probabilities[best] = top;
        return new Prediction(best, probabilities);
    }

    private RateCurve curve() {
        List<CurvePoint> points = new ArrayList<>();
        add(points, CurvePoint.Kind.MODE, "payload", "f32", 259, 0.866);
        add(points, CurvePoint.Kind.MODE, "payload", "u8", 67, 0.866);
        add(points, CurvePoint.Kind.MODE, "payload", "packed", 35, 0.864);
        add(points, CurvePoint.Kind.MODE, "payload", "entropy", 14.2, 0.863);
        for (int bits = 1; bits <= 6; bits++) {
            add(points, CurvePoint.Kind.PACKED, "packed", bits + " bit", 8 * bits + 3, 0.87 - 0.5 * Math.exp(-bits));
        }
        for (int step = 0; step < 9; step++) {
            double factor = Math.pow(2, step / 2.0 - 1);
            add(
                    points,
                    CurvePoint.Kind.ENTROPY,
                    "entropy",
                    String.format(Locale.ROOT, "step ×%.3g", factor),
                    20 - 2.2 * step,
                    0.868 - 0.0008 * Math.exp(step / 1.8));
        }
        add(points, CurvePoint.Kind.FILE, "image file", "image file", 920, 0.868);
        add(points, CurvePoint.Kind.RGB, "raw RGB", "raw RGB", 3072, 0.868);
        add(points, CurvePoint.Kind.FEATURE, "raw feature", "raw feature", 9216, 0.868);
        int[] qualities = {5, 15, 30, 50, 75, 90};
        for (int edge = 32; edge >= 16; edge -= 8) {
            for (int quality : qualities) {
                add(
                        points,
                        CurvePoint.Kind.JPEG,
                        "JPEG " + edge + "×" + edge,
                        "q" + quality,
                        600 + edge * edge * quality / 200.0 + 40,
                        0.868 - 0.3 * Math.exp(-quality / 20.0) - 0.02 * (32 - edge));
            }
            add(points, CurvePoint.Kind.PNG, "PNG", edge + "×" + edge, edge * edge * 2.3, 0.868 - 0.02 * (32 - edge));
        }
        return new RateCurve(2000, new Proportion(1736, 2000), Math.log(10) / Math.log(2), 3.319, points);
    }

    private static void add(
            List<CurvePoint> points, CurvePoint.Kind kind, String series, String label, double bytes, double accuracy) {
        int right = (int) Math.round(2000 * accuracy);
        boolean jpeg = kind == CurvePoint.Kind.JPEG;
        points.add(CurvePointBuilder.builder()
                .kind(kind)
                .series(series)
                .label(label)
                .bytes(bytes)
                .scanBytes(jpeg ? OptionalDouble.of(bytes - 600) : OptionalDouble.empty())
                .outcome(new PairedProportions(
                        Math.min(right, 1736),
                        Math.max(0, 1736 - right),
                        Math.max(0, right - 1736),
                        2000 - Math.max(right, 1736)))
                .agreement(new Proportion(Math.min(2000, right + 200), 2000))
                .build());
    }
}
