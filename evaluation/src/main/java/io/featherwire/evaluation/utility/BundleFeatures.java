package io.featherwire.evaluation.utility;

import static java.util.Objects.requireNonNull;

import io.featherwire.bundler.Progress;
import io.featherwire.bundler.images.FeatureExtraction;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.onnx.Device;
import io.featherwire.datasets.ImageFile;
import io.featherwire.evaluation.EvaluationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Computes the features of class folders with a bundle's network and caches them. Also measures the codings that need
 * the bundle's graphs.
 */
public final class BundleFeatures implements AutoCloseable {

    private static final int BATCH = 32;
    private static final String FEATURE = "feature";
    private static final String CODE = "code";
    private static final Set<String> OUTPUTS = Set.of(FEATURE, CODE);

    private final Bundle bundle;
    private final PayloadClassifier decoder;
    private final Pooling pooling;
    private final Path cache;
    private final Progress progress;
    private final int classes;
    private final int codeValues;

    private BundleFeatures(Bundle bundle, PayloadClassifier decoder, Path cache, Progress progress) {
        this.bundle = bundle;
        this.decoder = decoder;
        this.cache = cache;
        this.progress = progress;
        this.pooling = Pooling.of(bundle.manifest().featureShape());
        this.classes = bundle.manifest().classes().size();
        this.codeValues = bundle.manifest().codeShape().values();
    }

    /**
     * @param cache directory in which features are kept for later runs, and measured rows until the measurement is
     *     complete
     */
    public static BundleFeatures open(Bundle bundle, Path cache, Progress progress) throws BundleException {
        var options = PayloadClassifier.Options.DEFAULT.withMaxBatch(BATCH);
        return new BundleFeatures(bundle, PayloadClassifier.open(bundle, Device.CPU, options), cache, progress);
    }

    /**
     * Measures the bundle, codecs that are fitted to its features, and the codings of other methods.
     *
     * @param lists class lists; null for the built-in lists of a known data set, or for the first 60 % of the classes
     *     by name for the codec
     * @param report receives the result after each coding, incomplete except for the last time
     */
    public UtilityResult measure(
            Path directory, @Nullable ClassSplit lists, UtilityOptions options, UtilityRun.Report report)
            throws IOException, EvaluationException {
        ClassFolderFiles folders = new ClassFolderFiles(directory);
        ClassSplit used = lists == null ? ClassSplit.of(folders.name(), folders.classes()) : lists;
        int most = options.most() == 0 ? Integer.MAX_VALUE : options.most();
        int training = Math.min(most, used.trainingImages());
        int testing = Math.min(most, used.testImages());
        UtilityData data = new UtilityData(
                bundle.manifest().name() + " on " + folders.name(),
                used,
                extractSubset("codec's images", folders.files("train", used.codec(), training), null),
                extractSubset("heads' images", folders.files("train", used.heads(), training), used.heads()),
                extractSubset("test images", folders.files("test", used.heads(), testing), used.heads()),
                pooling.isMap() ? null : this::logits);
        List<String> notes = new ArrayList<>();
        if (pooling.isMap()) {
            notes.add("The feature is a map of " + pooling.channels() + " × " + pooling.positions()
                    + " values: heads, searches and other codings use the mean of each channel.");
        }
        notes.add("The row of the bundle is the payload that compressors send with RDOQ off.");
        List<Coding> own = new ArrayList<>();
        own.add(new BundleCoding(bundle, this));
        List<String> missing = new ArrayList<>();
        own.addAll(ThumbnailCoding.all(options, this, missing));
        missing.forEach(progress::note);
        notes.addAll(missing);
        AllClassesData classes = null;
        if (options.allClasses()) {
            List<Path> others = folders.files("test", used.codec(), testing);
            classes = AllClassesData.of(
                    data,
                    used.codec().size(),
                    extractSubset("codec's images", folders.files("train", used.codec(), training), used.codec()),
                    extractSubset("test images of the codec's classes", others, used.codec()));
        }
        return UtilityEvaluation.run(data, classes, options, own, notes, new UtilityRun(cache, report, progress));
    }

    private ImageSubset extractSubset(String stage, List<Path> files, @Nullable List<String> labelled)
            throws IOException, EvaluationException {
        FeatureExtraction extracted = extract(stage, files, "", ImageFile::read);
        List<Path> readable = extracted.files();
        if (extracted.unreadable() > 0) {
            progress.note(extracted.unreadable() + " of the " + stage + " cannot be read and are skipped");
        }
        if (readable.isEmpty()) {
            throw new EvaluationException("None of the " + stage + " can be read.");
        }
        FloatMatrix rows = new FloatMatrix(extracted.values(), length());
        int[] labels = labelled == null
                ? new int[0]
                : readable.stream()
                        .mapToInt(file -> labelled.indexOf(ClassFolderFiles.className(file)))
                        .toArray();
        int features = pooling.channels();
        return new ImageSubset(
                rows.columns(0, features),
                rows.columns(features, features + codeValues),
                rows.columns(features + codeValues, length()),
                labels,
                readable);
    }

    /**
     * Computes rows of pooled feature, code and logits of images that are derived from files. Resumes an interrupted
     * run.
     */
    FeatureExtraction extract(String stage, List<Path> files, String variant, FeatureExtraction.ImageOpener opening)
            throws IOException {
        BundleManifest manifest = bundle.manifest();
        Path graph = bundle.file(
                requireNonNull(manifest.models(manifest.defaultVariant()).compressor()));
        Path rows = cache.resolve(cacheKey(files, variant) + ".utility");
        Progress named = new Progress() {
            @Override
            public void report(String ignored, long done, long total) {
                progress.report(stage, done, total);
            }

            @Override
            public void note(String line) {
                progress.note(line);
            }
        };
        return FeatureExtraction.run(graph, manifest.input(), new Reading(), opening, length(), files, rows, named);
    }

    /** Number of floats in one row: pooled feature, code, logits. */
    private int length() {
        return pooling.channels() + codeValues + classes;
    }

    /** Converts the outputs of the compressor's graph to rows. */
    private final class Reading implements FeatureExtraction.RowReader {
        @Override
        public Set<String> outputNames() {
            return OUTPUTS;
        }

        @Override
        public float[] toRows(Map<String, float[]> outputs, int count) {
            float[] features = requireNonNull(outputs.get(FEATURE));
            float[] codes = requireNonNull(outputs.get(CODE));
            List<float[]> single = split(features, count);
            float[] logits = logits(single);
            float[] rows = new float[count * length()];
            for (int i = 0; i < count; i++) {
                int at = i * length();
                System.arraycopy(pooling.pool(single.get(i), 0), 0, rows, at, pooling.channels());
                System.arraycopy(codes, i * codeValues, rows, at + pooling.channels(), codeValues);
                System.arraycopy(logits, i * classes, rows, at + pooling.channels() + codeValues, classes);
            }
            return rows;
        }
    }

    private static List<float[]> split(float[] values, int count) {
        int length = values.length / count;
        List<float[]> rows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            rows.add(Arrays.copyOfRange(values, i * length, (i + 1) * length));
        }
        return rows;
    }

    /** The log-probabilities of the bundle's head, which serve as logits. */
    private float[] logits(List<float[]> features) {
        float[] logits = new float[features.size() * classes];
        int row = 0;
        for (var prediction : decoder.classifyFeatures(features)) {
            for (int k = 0; k < classes; k++) {
                logits[row * classes + k] =
                        (float) Math.log(Math.max(1e-30, prediction.probabilities()[k]));
            }
            row++;
        }
        return logits;
    }

    private FloatMatrix logits(FloatMatrix features) {
        float[] all = new float[features.count() * classes];
        for (int from = 0; from < features.count(); from += BATCH) {
            List<float[]> some = new ArrayList<>();
            for (int i = from; i < Math.min(features.count(), from + BATCH); i++) {
                some.add(features.row(i));
            }
            float[] logits = logits(some);
            System.arraycopy(logits, 0, all, from * classes, logits.length);
        }
        return new FloatMatrix(all, classes);
    }

    /** Computes an array of two matrices: the pooled features and the logits of decoded codes. */
    FloatMatrix[] reconstruct(FloatMatrix codes) {
        float[] features = new float[codes.count() * pooling.channels()];
        float[] all = new float[codes.count() * classes];
        for (int from = 0; from < codes.count(); from += BATCH) {
            List<float[]> some = new ArrayList<>();
            for (int i = from; i < Math.min(codes.count(), from + BATCH); i++) {
                some.add(codes.row(i));
            }
            List<float[]> decoded = decoder.reconstruct(some);
            for (int i = 0; i < decoded.size(); i++) {
                System.arraycopy(
                        pooling.pool(decoded.get(i), 0),
                        0,
                        features,
                        (from + i) * pooling.channels(),
                        pooling.channels());
            }
            float[] logits = logits(decoded);
            System.arraycopy(logits, 0, all, from * classes, logits.length);
        }
        return new FloatMatrix[] {new FloatMatrix(features, pooling.channels()), new FloatMatrix(all, classes)};
    }

    /** Returns an array of two matrices: the pooled features and the logits in the rows of images. */
    FloatMatrix[] columns(float[] rows) {
        FloatMatrix all = new FloatMatrix(rows, length());
        return new FloatMatrix[] {
            all.columns(0, pooling.channels()), all.columns(pooling.channels() + codeValues, length())
        };
    }

    /** The size of the bundle's files, in bytes; 0 if a file cannot be read. */
    long bundleBytes() {
        long bytes = 0;
        for (String name : bundle.manifest().fileNames()) {
            try {
                bytes += Files.size(bundle.file(name));
            } catch (IOException e) {
                return 0;
            }
        }
        return bytes;
    }

    private String cacheKey(List<Path> files, String variant) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((bundle.fingerprint().hex() + variant).getBytes(StandardCharsets.UTF_8));
            for (Path file : files) {
                digest.update((file.toAbsolutePath() + ":" + Files.size(file) + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() {
        decoder.close();
    }
}
