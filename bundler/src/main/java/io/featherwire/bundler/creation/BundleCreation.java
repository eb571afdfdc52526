package io.featherwire.bundler.creation;

import static java.util.Objects.requireNonNull;

import io.featherwire.bundler.BundlerException;
import io.featherwire.bundler.Progress;
import io.featherwire.bundler.assembly.AnswerGraph;
import io.featherwire.bundler.assembly.BundleGraphs;
import io.featherwire.bundler.assembly.LinearAnswer;
import io.featherwire.bundler.fit.CodecFit;
import io.featherwire.bundler.images.FeatureExtraction;
import io.featherwire.bundler.images.ImageDirectory;
import io.featherwire.bundler.preprocessing.ClassNames;
import io.featherwire.bundler.preprocessing.HuggingFaceFiles;
import io.featherwire.bundler.preprocessing.Preprocessing;
import io.featherwire.bundler.report.BundleReport;
import io.featherwire.bundler.report.BundleTrial;
import io.featherwire.bundler.split.CutTensor;
import io.featherwire.bundler.split.ModelFiles;
import io.featherwire.bundler.split.NetworkReader;
import io.featherwire.bundler.split.SourceModel;
import io.featherwire.bundler.split.SplitChoice;
import io.featherwire.bundler.split.SplittableNetwork;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.bundle.BundleWriter;
import io.featherwire.codec.bundle.Models;
import io.featherwire.codec.image.InputSpec;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Creates a bundle from a model and unlabelled images: reads and splits the model, runs the backbone, fits the codec,
 * writes the bundle and tests it.
 */
public final class BundleCreation {
    /** Number of images on which the finished bundle is tested. */
    private static final int TRIED = 200;

    /** One image in this number is held back, up to a limit. */
    private static final int HELD_BACK = 10;

    private static final int MOST_HELD_BACK = 500;
    private static final int HEAD_BATCH = 32;

    /** Maximum number of feature values in memory: one gigabyte. */
    private static final long MOST_FLOATS = 1L << 28;

    private final BundleOptions options;
    private final Progress progress;

    private BundleCreation(BundleOptions options, Progress progress) {
        this.options = options;
        this.progress = progress;
    }

    /** Creates the bundle. */
    public static BundleReport run(BundleOptions options, Progress progress) throws IOException, BundleException {
        return new BundleCreation(options, progress).run();
    }

    private BundleReport run() throws IOException, BundleException {
        if (Files.exists(options.out()) && !isEmpty(options.out())) {
            throw new BundlerException("Cannot write the bundle to " + options.out()
                    + ": something is there. Give --out another directory.");
        }
        SourceModel model = SourceModel.read(options.model());
        SplittableNetwork network = NetworkReader.read(
                model,
                new NetworkReader.Options(options.output(), options.inputSize())
                        .usualSize(HuggingFaceFiles.inputSize(options.model())));
        CutTensor cut = SplitChoice.of(network, options.split());
        BundleGraphs graphs = new BundleGraphs(network, cut);
        progress.note(String.format(
                Locale.ROOT,
                "feature: %s, %s, %,d floats, behind %.1f %% of the multiply-adds",
                cut.name(),
                cut.shape(),
                cut.floats(),
                100 * cut.share()));
        Preprocessing preprocessing = preprocessing(network, graphs.inputSize());
        InputSpec input = preprocessing.input(graphs.inputSize());
        progress.note(String.format(
                Locale.ROOT,
                "input: %d×%d, %s, mean %s, std %s (%s)",
                input.size(),
                input.size(),
                input.resize(),
                input.mean(),
                input.std(),
                preprocessing.origin()));
        List<String> classes = ClassNames.of(options.model(), options.classes(), graphs.answers());
        int most =
                (int) Math.min(options.mostImages(), MOST_FLOATS / graphs.form().values());
        ImageDirectory images = ImageDirectory.forFitting(options.images(), Math.max(ImageDirectory.FEWEST, most));
        progress.note(String.format(
                Locale.ROOT, "images: %,d of %,d in %s", images.files().size(), images.found(), images.root()));
        Path parts = Files.createTempDirectory("featherwire-parts");
        Path unfinished = options.out().resolveSibling("." + options.out().getFileName() + ".unfinished");
        try {
            delete(unfinished);
            Files.createDirectories(unfinished);
            BundleReport report = run(model, network, cut, graphs, preprocessing, classes, images, parts, unfinished);
            Files.deleteIfExists(options.out());
            Files.move(unfinished, options.out(), StandardCopyOption.ATOMIC_MOVE);
            return report;
        } finally {
            delete(parts);
            delete(unfinished);
        }
    }

    private BundleReport run(
            SourceModel model,
            SplittableNetwork network,
            CutTensor cut,
            BundleGraphs graphs,
            Preprocessing preprocessing,
            List<String> classes,
            ImageDirectory images,
            Path parts,
            Path unfinished)
            throws IOException, BundleException {
        Path directory = requireNonNull(model.file().getParent(), "directory");
        InputSpec input = preprocessing.input(graphs.inputSize());
        Path backbone = parts.resolve("backbone.onnx");
        ModelFiles.write(graphs.compressor(preprocessing.bgr(), null), directory, backbone);
        String sha256 = sha256(model.file());
        Path cache = options.cache().resolve(key(sha256, cut, input, preprocessing, images) + ".features");
        int values = graphs.form().values();
        FeatureExtraction features = FeatureExtraction.run(backbone, input, values, images.files(), cache, progress);
        if (features.unreadable() > 0) {
            progress.note(features.unreadable() + " images cannot be read and are left out");
        }
        int rows = features.files().size();
        if (rows < ImageDirectory.FEWEST * 9 / 10) {
            throw new BundlerException("Cannot fit a codec to " + rows + " readable images of " + images.root()
                    + ": at least " + ImageDirectory.FEWEST
                    + " are needed, better 5,000. Add images of the kind that will be sent.");
        }
        int heldBack = Math.min(MOST_HELD_BACK, rows / HELD_BACK);
        List<Path> heldBackFiles = features.files().subList(rows - heldBack, rows);
        float[] training = Arrays.copyOf(features.values(), (rows - heldBack) * values);
        float[] held = Arrays.copyOfRange(features.values(), (rows - heldBack) * values, rows * values);
        Path bare = parts.resolve("head.onnx");
        ModelFiles.write(graphs.head(false), directory, bare);
        boolean probabilities = areProbabilities(bare, held, values, graphs.answers());
        Path headFile = unfinished.resolve("head.onnx");
        Map<String, String> files = new LinkedHashMap<>();
        note(files, ModelFiles.write(graphs.head(probabilities), directory, headFile));
        CodecFit fit;
        try (OnnxModel head = OnnxModel.open(headFile, Device.CPU, OnnxOptions.DEFAULT)) {
            progress.note(String.format(
                    Locale.ROOT, "fitting the codec to %,d features, judging it by %,d", rows - heldBack, heldBack));
            progress.note(BundleReport.HEADER);
            fit = CodecFit.of(
                    new CodecFit.Features(
                            graphs.form(), training, held, some -> logits(head, some, values), options.sensitivity()),
                    options.goal(),
                    point -> progress.note(BundleReport.line(point)));
        }
        note(
                files,
                ModelFiles.write(
                        graphs.compressor(preprocessing.bgr(), fit.code().transform()),
                        directory,
                        unfinished.resolve("compressor.onnx")));
        note(
                files,
                ModelFiles.write(
                        graphs.decoder(fit.code().transform()), directory, unfinished.resolve("decoder.onnx")));
        LinearAnswer answer = fit.code().answer();
        if (answer != null) {
            float[] steps =
                    requireNonNull(fit.code().quantisers().symbols(), "symbols").step();
            ModelFiles.write(
                    AnswerGraph.of(answer, fit.code().transform(), graphs.form(), steps),
                    directory,
                    unfinished.resolve(Bundle.ANSWER));
        }
        if (fit.code().tables() != null) {
            Files.write(unfinished.resolve(Bundle.TABLES), fit.code().tables().bytes());
        }
        Map<String, Object> provenance = new LinkedHashMap<>();
        provenance.put("model", options.model().getFileName() + ", SHA-256 " + sha256);
        provenance.put("feature", cut.name());
        provenance.put("featureShare", cut.share());
        provenance.put("preprocessing", preprocessing.origin() + (preprocessing.bgr() ? ", blue, green, red" : ""));
        provenance.put("trainingImages", rows - heldBack);
        provenance.put("heldBackImages", heldBack);
        provenance.put("answersAreProbabilities", probabilities);
        provenance.put("sensitivity", options.sensitivity());
        provenance.put("chosen", fit.chosen());
        provenance.put("curve", fit.curve());
        BundleManifest draft = new BundleManifest(
                BundleManifest.FORMAT_VERSION,
                options.name(),
                input,
                classes,
                graphs.form().shape(),
                fit.code().shape(),
                Models.DEFAULT,
                null,
                null,
                fit.code().quantisers(),
                fit.code().mode(),
                fit.code().tables() == null ? null : Bundle.TABLES,
                options.search() ? BundleTrial.SEARCH : null,
                provenance,
                files);
        Bundle bundle = BundleWriter.write(unfinished, draft);
        BundleTrial tried = BundleTrial.of(bundle, heldBackFiles.subList(0, Math.min(TRIED, heldBack)), progress);
        provenance.put("endToEnd", tried);
        BundleReport report = new BundleReport(
                options.name(),
                options.model().getFileName().toString(),
                cut,
                fit.chosen(),
                fit.curve(),
                tried,
                rows - heldBack,
                heldBack);
        report.write(unfinished);
        files.put(BundleReport.PAGE, "");
        files.put(BundleReport.CHART, "");
        Bundle finished = BundleWriter.write(
                unfinished,
                new BundleManifest(
                        draft.formatVersion(),
                        draft.name(),
                        draft.input(),
                        draft.classes(),
                        draft.featureShape(),
                        draft.codeShape(),
                        draft.models(),
                        null,
                        null,
                        draft.quantisers(),
                        draft.defaultMode(),
                        draft.tables(),
                        draft.search(),
                        provenance,
                        files));
        progress.note("bundle " + finished.fingerprint().hex() + " in " + options.out());
        return report;
    }

    private Preprocessing preprocessing(SplittableNetwork network, int size) {
        Preprocessing found;
        if (options.preset() != null) {
            found = Preprocessing.of(options.preset(), size);
        } else {
            found = HuggingFaceFiles.preprocessing(options.model(), size)
                    .orElseThrow(() -> new BundlerException(
                            "Cannot determine what " + options.model().getFileName()
                                    + " expects of an image: no preprocessor_config.json lies beside it. Give --preset"
                                    + " imagenet (torchvision's models), inception (-1..1), clip or none (0..1)."));
        }
        if (network.input().type().equals("UINT8")) {
            found = found.bytes();
        }
        return options.adjust().apply(found);
    }

    private static void note(Map<String, String> files, List<Path> written) {
        written.stream().skip(1).forEach(file -> files.put(file.getFileName().toString(), ""));
    }

    /** Computes the logits of features. */
    private static float[] logits(OnnxModel head, float[] features, int values) {
        int rows = features.length / values;
        FloatBuffer batch = ByteBuffer.allocateDirect(Float.BYTES * HEAD_BATCH * values)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        float[] all = new float[0];
        for (int from = 0; from < rows; from += HEAD_BATCH) {
            int count = Math.min(HEAD_BATCH, rows - from);
            batch.put(0, features, from * values, count * values);
            float[] some = head.run(batch, count, "logits");
            if (from == 0) {
                all = new float[some.length / count * rows];
            }
            System.arraycopy(some, 0, all, from * (some.length / count), some.length);
        }
        return all;
    }

    /** Whether a network's outputs are probabilities: each at least 0, the sum of an image 1. */
    private static boolean areProbabilities(Path head, float[] features, int values, int answers) {
        try (OnnxModel model = OnnxModel.open(head, Device.CPU, OnnxOptions.DEFAULT)) {
            int rows = Math.min(HEAD_BATCH, features.length / values);
            float[] some = logits(model, Arrays.copyOf(features, rows * values), values);
            for (int row = 0; row < rows; row++) {
                double sum = 0;
                for (int i = row * answers; i < (row + 1) * answers; i++) {
                    if (some[i] < 0) {
                        return false;
                    }
                    sum += some[i];
                }
                if (Math.abs(sum - 1) > 0.01) {
                    return false;
                }
            }
            return answers > 1;
        }
    }

    private static String key(
            String sha256, CutTensor cut, InputSpec input, Preprocessing preprocessing, ImageDirectory images)
            throws IOException {
        MessageDigest digest = sha256();
        digest.update((sha256 + cut.name() + input + preprocessing.bgr()).getBytes(StandardCharsets.UTF_8));
        for (Path file : images.files()) {
            digest.update((file.toAbsolutePath() + ":" + Files.size(file) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 12);
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }

    private static void delete(Path directory) throws IOException {
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
