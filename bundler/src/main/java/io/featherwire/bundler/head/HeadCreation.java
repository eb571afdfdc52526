package io.featherwire.bundler.head;

import io.featherwire.bundler.BundlerException;
import io.featherwire.codec.HeadClassifier;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.bundle.HeadManifest;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Fits a head to labelled features of a bundle, and writes its directory: manifest, graph, report. */
public final class HeadCreation {

    private static final int CHECKED = 256;
    private static final double MAX_DIFFERENCE = 1e-4;

    private final Bundle bundle;
    private final HeadFitOptions options;
    private final HeadProgress progress;

    private HeadCreation(Bundle bundle, HeadFitOptions options, HeadProgress progress) {
        this.bundle = bundle;
        this.options = options;
        this.progress = progress;
    }

    /**
     * Fits a head.
     *
     * @param out the head's directory, which must not exist or be empty
     * @throws BundlerException if there are too few labels or only one class
     */
    public static HeadReport run(
            Bundle bundle, String name, HeadData data, HeadFitOptions options, Path out, HeadProgress progress)
            throws IOException, BundleException {
        requireNoFiles(out);
        return new HeadCreation(bundle, options, progress).run(name, data, out);
    }

    /** Rejects an existing directory before any work is done. */
    public static void requireNoFiles(Path out) throws IOException {
        if (Files.exists(out)) {
            boolean empty = Files.isDirectory(out) && isEmpty(out);
            if (!empty) {
                throw new BundlerException(
                        "Cannot write a head to " + out
                                + ": it exists and is not an empty directory. Give another directory with --out, or remove it.");
            }
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }

    private HeadReport run(String name, HeadData data, Path out) throws IOException, BundleException {
        Map<String, Long> leftOut = new LinkedHashMap<>(data.leftOut());
        LabelledFeatures labelled = data.labelled().selectClasses(classesWithEnoughFeatures(data.labelled(), leftOut));
        LabelledFeatures test = data.test() == null ? null : data.test().selectClasses(labelled.classes());
        StratifiedSplit parts = StratifiedSplit.of(labelled, options.validation(), options.seed());
        progress.note("fitting " + labelled.classes().size() + " classes to " + parts.training().length
                + " features, stopping by the loss on " + parts.validation().length + " others");
        long start = System.nanoTime();
        SoftmaxFit.Result fit = SoftmaxFit.fit(
                labelled,
                parts.training(),
                parts.validation(),
                options,
                (epoch, max, l2, judged) -> progress.report(
                        "epochs", epoch, max, String.format(Locale.ROOT, "%.1f %% correct", 100 * judged.accuracy())));
        double seconds = (System.nanoTime() - start) / 1e9;
        Path parent = out.toAbsolutePath().getParent();
        Files.createDirectories(parent);
        Path unfinished = Files.createTempDirectory(parent, ".head-");
        try {
            HeadReport report = write(name, data, labelled, test, parts, fit, seconds, leftOut, unfinished);
            publish(unfinished, out);
            return report;
        } finally {
            delete(unfinished);
        }
    }

    /** Moves a complete head to its final directory. */
    static void publish(Path unfinished, Path out) throws IOException {
        unfinished.toFile().setReadable(true, false);
        unfinished.toFile().setExecutable(true, false);
        Files.deleteIfExists(out);
        Files.move(unfinished, out, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Returns the names of the classes that have enough features; the other classes are counted as left out. */
    private List<String> classesWithEnoughFeatures(LabelledFeatures features, Map<String, Long> leftOut) {
        int[] counts = features.countsByClass();
        List<String> kept = new ArrayList<>();
        for (int k = 0; k < counts.length; k++) {
            String name = features.classes().get(k);
            if (counts[k] >= options.leastLabels()) {
                kept.add(name);
            } else {
                leftOut.put(
                        "features of class '" + name + "': fewer than the " + options.leastLabels()
                                + " that a class must have",
                        (long) counts[k]);
            }
        }
        if (kept.size() < 2) {
            throw new BundlerException("Cannot fit a head: of " + features.rows() + " labelled features "
                    + (kept.isEmpty() ? "no class has" : "only class '" + kept.get(0) + "' has") + " "
                    + options.leastLabels() + " or more; at least two classes must have as many. "
                    + (leftOut.isEmpty() ? "" : "Left out: " + toText(leftOut) + ". ")
                    + "Label more frames" + (kept.isEmpty() ? "." : ", also of other classes."));
        }
        return kept;
    }

    private static String toText(Map<String, Long> leftOut) {
        StringBuilder text = new StringBuilder();
        leftOut.forEach((why, count) -> text.append(text.isEmpty() ? "" : "; ")
                .append(count)
                .append(' ')
                .append(why));
        return text.toString();
    }

    private HeadReport write(
            String name,
            HeadData data,
            LabelledFeatures labelled,
            @Nullable LabelledFeatures test,
            StratifiedSplit parts,
            SoftmaxFit.Result fit,
            double seconds,
            Map<String, Long> leftOut,
            Path directory)
            throws IOException, BundleException {
        Files.write(
                directory.resolve(Head.MODEL),
                HeadGraph.toOnnx(fit.head(), bundle.manifest().featureShape()));
        double difference = maxLogitDifference(directory.resolve(Head.MODEL), fit.head(), labelled, parts.validation());
        if (difference > MAX_DIFFERENCE) {
            throw new BundlerException("Cannot use the head: ONNX Runtime's logits differ by " + difference
                    + " from those in double precision. The features may be far too large.");
        }
        Map<String, Object> provenance = new LinkedHashMap<>();
        provenance.put("source", data.source());
        provenance.put("trainingFeatures", parts.training().length);
        provenance.put("validationFeatures", parts.validation().length);
        provenance.put("validationAccuracy", fit.validation().accuracy());
        provenance.put("payloadBytes", data.payloadBytes());
        provenance.put("seed", options.seed());
        provenance.put("balanced", options.balanced());
        provenance.put("l2", fit.l2());
        provenance.put("epochs", fit.epochs());
        HeadManifest draft = HeadManifest.classification(
                name,
                bundle.fingerprint(),
                bundle.manifest().featureShape(),
                labelled.classes(),
                Head.MODEL,
                provenance);
        Head head = Head.write(directory, draft);
        HeadEvaluation tested = test == null || test.rows() == 0 ? null : evaluate(head, test);
        double[] recall = tested == null ? fit.validation().recall() : tested.recall();
        int[] counts = labelled.countsByClass();
        List<HeadReport.ClassResult> classes = new ArrayList<>();
        for (int k = 0; k < counts.length; k++) {
            classes.add(new HeadReport.ClassResult(
                    labelled.classes().get(k), counts[k], Double.isNaN(recall[k]) ? null : recall[k]));
        }
        HeadReport report = HeadReportBuilder.builder()
                .name(name)
                .fingerprint(head.fingerprint().hex())
                .bundle(bundle.toString())
                .source(data.source())
                .featureFloats(labelled.length())
                .payloadBytes(data.payloadBytes())
                .classes(classes)
                .validation(HeadReport.Score.of(fit.validation()))
                .l2(fit.l2())
                .epochs(fit.epochs())
                .fitSeconds(seconds)
                .onnxDifference(difference)
                .leftOut(leftOut)
                .test(tested == null ? null : HeadReport.Score.of(tested))
                .build();
        report.write(directory);
        return report;
    }

    /** Evaluates the written head as the classifier runs it. */
    private HeadEvaluation evaluate(Head head, LabelledFeatures test) throws BundleException {
        int classes = test.classes().size();
        float[] probabilities = new float[test.rows() * classes];
        float[] weights = new float[classes];
        Arrays.fill(weights, 1);
        try (HeadClassifier classifier = HeadClassifier.open(head, bundle, Device.CPU, CHECKED, OnnxOptions.DEFAULT)) {
            for (int from = 0; from < test.rows(); from += CHECKED) {
                List<float[]> rows = new ArrayList<>();
                for (int row = from; row < Math.min(test.rows(), from + CHECKED); row++) {
                    rows.add(test.row(row));
                }
                int to = from * classes;
                for (Prediction prediction : classifier.classify(rows)) {
                    System.arraycopy(prediction.probabilities(), 0, probabilities, to, classes);
                    to += classes;
                }
            }
        }
        return HeadEvaluation.of(probabilities, test.labels(), weights);
    }

    private static double maxLogitDifference(Path graph, LinearHead head, LabelledFeatures features, int[] rows) {
        int count = Math.min(Math.min(CHECKED, rows.length), Integer.MAX_VALUE / Float.BYTES / features.length());
        FloatBuffer batch = ByteBuffer.allocateDirect(Float.BYTES * count * features.length())
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int i = 0; i < count; i++) {
            batch.put(features.values(), rows[i] * features.length(), features.length());
        }
        double largest = 0;
        try (OnnxModel model = OnnxModel.open(graph, Device.CPU, OnnxOptions.DEFAULT)) {
            float[] logits = model.run(batch.flip(), count, "logits");
            for (int i = 0; i < count; i++) {
                double[] exact = head.logits(features.row(rows[i]));
                for (int k = 0; k < exact.length; k++) {
                    double off = Math.abs(exact[k] - logits[i * exact.length + k]);
                    largest = Math.max(largest, off / Math.max(1, Math.abs(exact[k])));
                }
            }
        }
        return largest;
    }

    static void delete(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }
}
