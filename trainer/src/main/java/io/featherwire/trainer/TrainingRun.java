package io.featherwire.trainer;

import io.featherwire.bundler.export.DenseWeights;
import io.featherwire.bundler.export.GraphRunner;
import io.featherwire.bundler.export.Network;
import io.featherwire.bundler.export.Parity;
import io.featherwire.bundler.export.Vgg16Networks;
import io.featherwire.bundler.export.WeightStorage;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.datasets.BadImage;
import io.featherwire.trainer.data.ImageBatch;
import io.featherwire.trainer.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Trains a bundle from images: trains and freezes backbone and head, caches features from the exported graph, trains
 * the autoencoder on these features, chooses quantisers and tables, then writes and checks the bundle.
 */
final class TrainingRun {
    private final TrainOptions options;
    private final Recipe recipe;
    private final ProgressListener listener;
    private final Path work;
    private final WeightStorage storage;
    private final long began = System.nanoTime();

    private TrainingRun(TrainOptions options, Recipe recipe, Path work, ProgressListener listener) {
        this.options = options;
        this.recipe = recipe;
        this.work = work;
        this.listener = listener;
        storage = recipe.compact() ? WeightStorage.INT8 : WeightStorage.FLOAT32;
    }

    /** Trains and writes a bundle. */
    public static Bundle run(TrainOptions options, ProgressListener listener)
            throws IOException, BundleException, InterruptedException {
        Recipe recipe = options.applyTo(Recipe.find(options.recipe));
        Path out = options.out().toAbsolutePath();
        Path work = options.checkpoints != null
                ? options.checkpoints
                : out.resolveSibling(out.getFileName() + ".checkpoints");
        Files.createDirectories(work);
        Files.createDirectories(out);
        return new TrainingRun(options, recipe, work, listener).run(out);
    }

    private Bundle run(Path out) throws IOException, BundleException, InterruptedException {
        TrainingData data = TrainingData.load(
                options.data, recipe, options.seed, options.requestedNormalisation(), options.skipBad);
        data.remarks().forEach(listener::onMessage);
        if (!data.bad().isEmpty()) {
            listener.onMessage("skipped images: "
                    + data.bad().stream().map(BadImage::toString).collect(Collectors.joining("; ")));
        }
        TrainedNetwork network = options.backbone != null
                ? ImportStage.run(options.backbone, options.head, recipe.inputSize(), listener)
                : new BackboneStage(recipe, data, options, work, listener).run();
        Network backbone = Vgg16Networks.backbone(recipe.inputSize(), network.convolutions());
        CachedFeatures features;
        try (GraphRunner graph = GraphRunner.of(backbone, storage, work, options.device())) {
            features = CachedFeatures.of(graph, backbone.outputShape(), data, recipe, options.seed, work, listener);
        }
        if (network.head().isEmpty()) {
            network = trainHead(network, features, backbone.outputShape(), data.classes());
        }
        Network trainedHead = Vgg16Networks.head(backbone.outputShape(), network.head());
        checkClasses(trainedHead.outputShape().channels(), data.classes());
        double parity = checkParity(data, network, backbone, trainedHead);
        List<TrainedBottleneck> bottlenecks = trainBottlenecks(network.head(), features, backbone.outputShape());
        TrainedBottleneck bottleneck = bottlenecks.get(0);
        Map<String, Object> provenance = provenance(data, network);
        provenance.put("parityOfLogits", parity);
        provenance.put("validation", validationFacts(features, bottlenecks));
        String name = options.name != null ? options.name : out.getFileName().toString();
        Network head = Vgg16Networks.head(backbone.outputShape(), bottleneck.head());
        return BundleStage.write(out, name, recipe, data, network, head, bottleneck, provenance);
    }

    /**
     * Trains the bundle's autoencoder, then autoencoders of further seeds. If an autoencoder of a further seed
     * diverges, the others are kept.
     */
    private List<TrainedBottleneck> trainBottlenecks(
            List<DenseWeights> head, CachedFeatures features, TensorShape featureShape)
            throws IOException, InterruptedException {
        BottleneckStage stage =
                new BottleneckStage(recipe.bottleneck(), features, featureShape, storage, work, listener);
        List<TrainedBottleneck> trained = new ArrayList<>();
        for (int i = 0; i < options.bottleneckSeeds; i++) {
            long seed = options.seed + i;
            String which = options.bottleneckSeeds > 1 ? "seed " + seed + ": " : "";
            try {
                TrainedBottleneck one = stage.run(head, seed);
                listener.onMessage(which + one.toText());
                trained.add(one);
            } catch (IllegalStateException e) {
                if (trained.isEmpty()) {
                    throw e;
                }
                listener.onMessage(which + e.getMessage());
            }
        }
        return trained;
    }

    private TrainedNetwork trainHead(
            TrainedNetwork network, CachedFeatures features, TensorShape featureShape, int classes)
            throws InterruptedException {
        listener.onMessage("training the head on " + features.learning().count() + " features");
        return new TrainedNetwork(
                network.convolutions(),
                HeadTraining.run(
                        features.learning(),
                        features.learningLabels(),
                        featureShape,
                        recipe.hidden(),
                        classes,
                        options.seed),
                network.probe(),
                network.history());
    }

    private static void checkClasses(int outputs, int classes) throws IOException {
        if (outputs != classes) {
            throw new IOException("the head has " + outputs + " classes, the data has " + classes);
        }
    }

    /**
     * Checks that the exported float graphs give PyTorch's logits. Returns the largest difference; 0 for an imported
     * network.
     */
    private double checkParity(TrainingData data, TrainedNetwork network, Network backbone, Network head)
            throws IOException {
        int count = network.probe().length / data.classes();
        if (count == 0) {
            return 0;
        }
        ImageBatch probes =
                data.plainBatches(data.validation(), recipe.inputSize()).plainBatch(0, count);
        try (GraphRunner features = GraphRunner.of(backbone, WeightStorage.FLOAT32, work);
                GraphRunner logits = GraphRunner.of(head, WeightStorage.FLOAT32, work)) {
            return Parity.requireWithin(
                    "logits", network.probe(), logits.run(features.run(probes.images())), Parity.LOGITS_TOLERANCE);
        }
    }

    private static Map<String, Object> validationFacts(CachedFeatures features, List<TrainedBottleneck> bottlenecks) {
        Map<String, Object> validation = new LinkedHashMap<>();
        validation.put("images", features.validation().count());
        validation.putAll(bottlenecks.get(0).validation());
        if (bottlenecks.size() > 1) {
            validation.put(
                    "seeds",
                    bottlenecks.stream().map(TrainedBottleneck::validation).toList());
        }
        return validation;
    }

    private Map<String, Object> provenance(TrainingData data, TrainedNetwork network) {
        Map<String, Object> provenance = new LinkedHashMap<>(network.history());
        provenance.put("recipe", recipe.toYaml());
        provenance.put("seed", options.seed);
        provenance.put("dataset", data.dataset());
        provenance.put("dataHash", data.hash());
        if (!data.bad().isEmpty()) {
            provenance.put("leftOut", data.bad().stream().map(BadImage::index).toList());
        }
        provenance.put("wallSeconds", Math.round((System.nanoTime() - began) / 1e9));
        provenance.put("machine", TrainingEnvironment.describe());
        provenance.put("versions", TrainingEnvironment.versions());
        return provenance;
    }
}
