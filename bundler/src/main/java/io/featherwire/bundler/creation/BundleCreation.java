package io.featherwire.bundler.creation;

import static java.util.Objects.requireNonNull;

import io.featherwire.bundler.BundlerException;
import io.featherwire.bundler.Progress;
import io.featherwire.bundler.assembly.BundleGraphs;
import io.featherwire.bundler.assembly.FisherGraph;
import io.featherwire.bundler.assembly.LinearLogits;
import io.featherwire.bundler.fit.CodecFit;
import io.featherwire.bundler.fit.FittedCode;
import io.featherwire.bundler.images.FeatureExtraction;
import io.featherwire.bundler.images.ImageDirectory;
import io.featherwire.bundler.report.BundleReport;
import io.featherwire.bundler.report.BundleReportBuilder;
import io.featherwire.bundler.report.BundleTrial;
import io.featherwire.bundler.split.ModelWriter;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.bundle.BundleManifestBuilder;
import io.featherwire.codec.bundle.BundleWriter;
import io.featherwire.codec.bundle.GraphFileNames;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
    /** If the codec uses less than this share of the requested bytes, a message says that fewer bytes are enough. */
    private static final double ENOUGH = 0.9;

    /** The number of images on which the finished bundle is tested. */
    private static final int TRIED = 200;

    /** The maximum number of feature values in memory: 1 GiB of floats. */
    private static final long MAX_FLOATS = 1L << 28;

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
                    + ": it exists and is not an empty directory. Give another directory with --out.");
        }
        BundleDesign design = BundleDesign.of(options, progress);
        int most = (int) Math.min(options.mostImages(), MAX_FLOATS / design.featureLength());
        ImageDirectory images = ImageDirectory.forFitting(options.images(), Math.max(ImageDirectory.MIN_IMAGES, most));
        progress.note(String.format(
                Locale.ROOT, "images: %,d of %,d in %s", images.files().size(), images.found(), images.root()));
        Path parts = Files.createTempDirectory("featherwire-parts");
        Path unfinished = options.out().resolveSibling("." + options.out().getFileName() + ".unfinished");
        try {
            delete(unfinished);
            Files.createDirectories(unfinished);
            BundleReport report = run(design, images, parts, unfinished);
            Files.deleteIfExists(options.out());
            Files.move(unfinished, options.out(), StandardCopyOption.ATOMIC_MOVE);
            return report;
        } finally {
            delete(parts);
            delete(unfinished);
        }
    }

    private BundleReport run(BundleDesign design, ImageDirectory images, Path parts, Path unfinished)
            throws IOException, BundleException {
        String sha256 = FeatureCache.sha256(design.model().file());
        FittingFeatures rows =
                extractFeatures(design, images, parts, FeatureCache.fileFor(options.cache(), sha256, design, images));
        BundleGraphs graphs = design.graphs();
        Path bare = parts.resolve("head.onnx");
        ModelWriter.write(graphs.buildHead(false), design.directory(), bare);
        boolean probabilities =
                HeadOutputs.areProbabilities(bare, rows.heldBack(), design.featureLength(), graphs.outputCount());
        Path headFile = unfinished.resolve("head.onnx");
        Map<String, String> files = new LinkedHashMap<>();
        addHashes(files, ModelWriter.write(graphs.buildHead(probabilities), design.directory(), headFile));
        CodecFit fit = fit(design, rows, headFile);
        writeCode(design, fit.code(), unfinished, files);
        Map<String, Object> provenance = new LinkedHashMap<>();
        provenance.put("model", options.model().getFileName() + ", SHA-256 " + sha256);
        provenance.put("feature", design.cut().name());
        provenance.put("featureShare", design.cut().share());
        provenance.put(
                "preprocessing",
                design.preprocessing().origin() + (design.preprocessing().bgr() ? ", blue, green, red" : ""));
        provenance.put("trainingImages", rows.trainingImages());
        provenance.put("heldBackImages", rows.heldBackImages());
        provenance.put("answersAreProbabilities", probabilities);
        provenance.put("sensitivity", options.sensitivity());
        provenance.put("chosen", fit.chosen());
        provenance.put("curve", fit.curve());
        BundleManifest draft = BundleManifestBuilder.builder()
                .formatVersion(BundleManifest.FORMAT_VERSION)
                .name(options.name())
                .input(design.input())
                .classes(design.classes())
                .featureShape(graphs.layout().shape())
                .codeShape(fit.code().shape())
                .models(GraphFileNames.DEFAULT)
                .quantisers(fit.code().quantisers())
                .defaultMode(fit.code().mode())
                .tables(fit.code().tables() == null ? null : Bundle.TABLES)
                .search(options.search() ? BundleTrial.SEARCH : null)
                .provenance(provenance)
                .files(files)
                .build();
        Bundle bundle = BundleWriter.write(unfinished, draft);
        List<Path> trial = rows.heldBackFiles().subList(0, Math.min(TRIED, rows.heldBackImages()));
        BundleTrial tried = BundleTrial.run(bundle, trial, progress);
        provenance.put("endToEnd", tried);
        BundleReport report = BundleReportBuilder.builder()
                .name(options.name())
                .model(options.model().getFileName().toString())
                .cut(design.cut())
                .chosen(fit.chosen())
                .curve(fit.curve())
                .tried(tried)
                .trainingImages(rows.trainingImages())
                .heldBackImages(rows.heldBackImages())
                .build();
        report.write(unfinished);
        files.put(BundleReport.PAGE, "");
        files.put(BundleReport.CHART, "");
        Bundle finished = BundleWriter.write(
                unfinished,
                BundleManifestBuilder.builder(draft)
                        .provenance(provenance)
                        .files(files)
                        .build());
        progress.note("bundle " + finished.fingerprint().hex() + " in " + options.out());
        return report;
    }

    private FittingFeatures extractFeatures(BundleDesign design, ImageDirectory images, Path parts, Path cache)
            throws IOException {
        Path backbone = parts.resolve("backbone.onnx");
        ModelWriter.write(
                design.graphs().buildCompressor(design.preprocessing().bgr(), null), design.directory(), backbone);
        FeatureExtraction features = FeatureExtraction.run(
                backbone, design.input(), design.featureLength(), images.files(), cache, progress);
        if (features.unreadable() > 0) {
            progress.note(features.unreadable() + " images cannot be read and are left out");
        }
        return FittingFeatures.of(features, design.featureLength(), images.root());
    }

    private CodecFit fit(BundleDesign design, FittingFeatures rows, Path headFile) throws IOException {
        try (OnnxModel head = OnnxModel.open(headFile, Device.CPU, OnnxOptions.DEFAULT)) {
            progress.note(String.format(
                    Locale.ROOT,
                    "fitting the codec to %,d features, evaluating it on %,d",
                    rows.trainingImages(),
                    rows.heldBackImages()));
            progress.note(BundleReport.HEADER);
            CodecFit fit = CodecFit.of(
                    new CodecFit.Features(
                            design.graphs().layout(),
                            rows.training(),
                            rows.heldBack(),
                            some -> HeadOutputs.logits(head, some, design.featureLength()),
                            options.sensitivity()),
                    options.goal(),
                    point -> progress.note(BundleReport.toLine(point)));
            double asked = options.goal().bytes();
            if (fit.chosen().bytes() < ENOUGH * asked) {
                progress.note(String.format(
                        Locale.ROOT,
                        "%.1f bytes are enough: the feature error is %.2f %%, and finer steps would hardly reduce it."
                                + " The payloads stay below --bytes %.0f.",
                        fit.chosen().bytes(),
                        100 * fit.chosen().error(),
                        asked));
            }
            return fit;
        }
    }

    /** Writes the graphs and tables of the fitted code. */
    private static void writeCode(BundleDesign design, FittedCode code, Path unfinished, Map<String, String> files)
            throws IOException {
        BundleGraphs graphs = design.graphs();
        addHashes(
                files,
                ModelWriter.write(
                        graphs.buildCompressor(design.preprocessing().bgr(), code.transform()),
                        design.directory(),
                        unfinished.resolve("compressor.onnx")));
        addHashes(
                files,
                ModelWriter.write(
                        graphs.buildDecoder(code.transform()), design.directory(), unfinished.resolve("decoder.onnx")));
        LinearLogits linearLogits = code.linearLogits();
        if (linearLogits != null) {
            float[] steps =
                    requireNonNull(code.quantisers().symbols(), "symbols").step();
            ModelWriter.write(
                    FisherGraph.toModel(linearLogits, code.transform(), graphs.layout(), steps),
                    design.directory(),
                    unfinished.resolve(Bundle.FISHER));
        }
        if (code.tables() != null) {
            Files.write(unfinished.resolve(Bundle.TABLES), code.tables().bytes());
        }
    }

    private static void addHashes(Map<String, String> files, List<Path> written) {
        written.stream().skip(1).forEach(file -> files.put(file.getFileName().toString(), ""));
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
