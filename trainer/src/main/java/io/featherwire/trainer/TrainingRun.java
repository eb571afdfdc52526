package io.featherwire.trainer;

import ai.djl.ndarray.NDManager;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.bundle.BundleWriter;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.bottleneck.BottleneckTraining;
import io.featherwire.trainer.bottleneck.QuantiserChoice;
import io.featherwire.trainer.data.Batch;
import io.featherwire.trainer.data.Batcher;
import io.featherwire.trainer.data.FeatureStore;
import io.featherwire.trainer.data.ImageTable;
import io.featherwire.trainer.export.ActivationRange;
import io.featherwire.trainer.export.Calibration;
import io.featherwire.trainer.export.Clipping;
import io.featherwire.trainer.export.GraphFiles;
import io.featherwire.trainer.export.Layer;
import io.featherwire.trainer.export.Network;
import io.featherwire.trainer.export.Parity;
import io.featherwire.trainer.export.Vgg16Networks;
import io.featherwire.trainer.export.WeightStorage;
import io.featherwire.trainer.network.Autoencoder;
import io.featherwire.trainer.recipe.BottleneckSettings;
import io.featherwire.trainer.recipe.Recipe;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * From images to a bundle: train backbone and head; freeze them; cache features through the exported graph; train the
 * autoencoder on those; choose quantisers and tables; write and check the bundle.
 */
public final class TrainingRun {
    private static final int CALIBRATION_IMAGES = 512;
    private static final int CALIBRATION_BATCH = 16;
    private static final int FEATURE_BATCH = 64;

    private final TrainOptions options;
    private final Recipe recipe;
    private final ProgressListener listener;
    private final Path work;
    private final long began = System.nanoTime();

    private TrainingRun(TrainOptions options, Recipe recipe, Path work, ProgressListener listener) {
        this.options = options;
        this.recipe = recipe;
        this.work = work;
        this.listener = listener;
    }

    /** Trains and writes a bundle. */
    public static Bundle run(TrainOptions options, ProgressListener listener)
            throws IOException, BundleException, InterruptedException {
        Recipe recipe = options.changed(Recipe.find(options.recipe()));
        Path out = options.out().toAbsolutePath();
        Path work = options.checkpoints() != null
                ? options.checkpoints()
                : out.resolveSibling(out.getFileName() + ".checkpoints");
        Files.createDirectories(work);
        Files.createDirectories(out);
        return new TrainingRun(options, recipe, work, listener).run(out);
    }

    private Bundle run(Path out) throws IOException, BundleException, InterruptedException {
        TrainingData data = TrainingData.load(options.data(), recipe, options.seed());
        TrainedNetwork network = new BackboneStage(recipe, data, options, work, listener).run();
        Network backbone = Vgg16Networks.backbone(recipe.inputSize(), network.convolutions());
        Network head = Vgg16Networks.head(backbone.outputShape(), network.head());
        FeatureStore training;
        FeatureStore validation;
        try (GraphRunner graph = GraphRunner.of(backbone, storage(), work)) {
            training = features(graph, data, used(data.training()), backbone.outputShape());
            validation = features(graph, data, data.validation(), backbone.outputShape());
        }
        try (GraphRunner headGraph = GraphRunner.of(head, storage(), work)) {
            float[] reference = headGraph.run(all(validation));
            int classes = data.training().classes().size();
            double accuracy = Logits.accuracy(reference, data.validation().labels(), classes);
            listener.noted(String.format("validation accuracy of the uncompressed feature: %.2f %%", 100 * accuracy));
            return bottleneck(out, data, network, backbone, head, headGraph, training, validation, reference);
        }
    }

    private Bundle bottleneck(
            Path out,
            TrainingData data,
            TrainedNetwork network,
            Network backbone,
            Network head,
            GraphRunner headGraph,
            FeatureStore training,
            FeatureStore validation,
            float[] reference)
            throws IOException, BundleException, InterruptedException {
        BottleneckSettings settings = recipe.bottleneck();
        double scale = BottleneckTraining.scale(training);
        TensorShape codeShape;
        List<Layer.Conv> encoder;
        List<Layer.Conv> decoder;
        try (NDManager manager = Torch.manager(options.seed());
                Autoencoder autoencoder = new Autoencoder(manager, backbone.outputShape(), options.seed());
                BottleneckTraining stage =
                        new BottleneckTraining(manager, autoencoder, network.head(), settings, scale, options.seed())) {
            stage.run(training, data.training().labels(), listener);
            codeShape = autoencoder.codeShape();
            encoder = autoencoder.encoderWeights(scale);
            decoder = autoencoder.decoderWeights(scale);
        }
        Network encoding = Vgg16Networks.encoder(backbone.outputShape(), encoder);
        Network decoding = Vgg16Networks.decoder(codeShape, decoder);
        QuantiserChoice choice;
        double floatAccuracy;
        try (GraphRunner encoderGraph = GraphRunner.of(encoding, storage(), work);
                GraphRunner decoderGraph = GraphRunner.of(decoding, storage(), work)) {
            float[] codes = encoderGraph.run(all(validation));
            float[] direct = headGraph.run(decoderGraph.run(codes));
            floatAccuracy = Logits.accuracy(direct, data.validation().labels(), reference.length / validation.count());
            QuantiserChoice.Codes judged = new QuantiserChoice.Codes(
                    codeShape,
                    encoded(encoderGraph, training),
                    codes,
                    reference,
                    data.validation().labels(),
                    code -> headGraph.run(decoderGraph.run(code)));
            choice = settings.kind().equals(BottleneckSettings.PAPER)
                    ? QuantiserChoice.afterTraining(judged)
                    : QuantiserChoice.whole(judged);
        }
        listener.noted(String.format(
                "validation accuracy with the autoencoder: float code %.2f %%, as sent %.2f %% at %.1f bytes, agreement %.1f %%",
                100 * floatAccuracy, 100 * choice.accuracy(), choice.bytes(), 100 * choice.agreement()));
        Network compressor = Vgg16Networks.compressor(recipe.inputSize(), network.convolutions(), encoder);
        GraphFiles files = recipe.compact()
                ? GraphFiles.compact(out, compressor, decoding, head, ranges(data, backbone))
                : GraphFiles.exact(out, compressor, decoding, head);
        Files.write(out.resolve(Bundle.TABLES), choice.tables().bytes());
        Map<String, Object> provenance = provenance(data, network);
        provenance.put("parityOfLogits", parity(data, network, backbone, head));
        provenance.put(
                "validation",
                Map.of(
                        "images", validation.count(),
                        "accuracyUncompressed",
                                Logits.accuracy(
                                        reference, data.validation().labels(), reference.length / validation.count()),
                        "accuracyFloatCode", floatAccuracy,
                        "accuracyAsSent", choice.accuracy(),
                        "agreement", choice.agreement(),
                        "bytesAsSent", choice.bytes()));
        Map<String, String> others = new LinkedHashMap<>();
        files.others().forEach(name -> others.put(name, ""));
        return BundleWriter.write(
                out,
                new BundleManifest(
                        BundleManifest.FORMAT_VERSION,
                        options.name() != null
                                ? options.name()
                                : out.getFileName().toString(),
                        data.inputSpec(recipe.inputSize()),
                        data.training().classes(),
                        backbone.outputShape(),
                        codeShape,
                        files.models(),
                        files.variants(),
                        null,
                        choice.quantisers(),
                        PayloadMode.ENTROPY,
                        Bundle.TABLES,
                        provenance,
                        others));
    }

    private WeightStorage storage() {
        return recipe.compact() ? WeightStorage.INT8 : WeightStorage.FLOAT32;
    }

    private ImageTable used(ImageTable training) {
        int count = recipe.featureImages() > 0 ? Math.min(recipe.featureImages(), training.size()) : training.size();
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) {
            rows[i] = i;
        }
        return training.select(rows);
    }

    private FeatureStore features(GraphRunner graph, TrainingData data, ImageTable table, TensorShape shape)
            throws IOException {
        FeatureStore store = new FeatureStore(work, table.size(), shape.values());
        Batcher batcher = data.plain(table, recipe.inputSize());
        for (int from = 0; from < table.size(); from += FEATURE_BATCH) {
            int count = Math.min(FEATURE_BATCH, table.size() - from);
            float[] values = graph.run(batcher.plain(from, count).images());
            for (int i = 0; i < count; i++) {
                store.put(from + i, values, i * shape.values());
            }
        }
        return store;
    }

    private static float[] all(FeatureStore store) {
        float[] values = new float[store.count() * store.values()];
        for (int i = 0; i < store.count(); i++) {
            store.get(i, values, i * store.values());
        }
        return values;
    }

    private static float[] encoded(GraphRunner encoder, FeatureStore store) {
        float[] codes = new float[0];
        float[] part = new float[store.values()];
        for (int i = 0; i < store.count(); i++) {
            store.get(i, part, 0);
            float[] code = encoder.run(part);
            if (i == 0) {
                codes = new float[store.count() * code.length];
            }
            System.arraycopy(code, 0, codes, i * code.length, code.length);
        }
        return codes;
    }

    private List<ActivationRange> ranges(TrainingData data, Network backbone) throws IOException {
        int images = Math.min(CALIBRATION_IMAGES, data.training().size());
        Batcher batcher = data.plain(data.training(), recipe.inputSize());
        try (Calibration calibration = new Calibration(
                backbone,
                Vgg16Networks.STAGES.stream().mapToInt(Integer::intValue).sum(),
                0)) {
            for (int from = 0; from < images; from += CALIBRATION_BATCH) {
                int count = Math.min(CALIBRATION_BATCH, images - from);
                calibration.add(FloatBuffer.wrap(batcher.plain(from, count).images()), count);
            }
            return calibration.ranges(Clipping.LEAST_ERROR);
        }
    }

    /** Insists that the exact graphs give the logits that PyTorch gave. */
    private double parity(TrainingData data, TrainedNetwork network, Network backbone, Network head)
            throws IOException {
        int count = network.probe().length / data.training().classes().size();
        Batch probes = data.plain(data.validation(), recipe.inputSize()).plain(0, count);
        try (GraphRunner exact = GraphRunner.of(backbone, WeightStorage.FLOAT32, work);
                GraphRunner exactHead = GraphRunner.of(head, WeightStorage.FLOAT32, work)) {
            float[] logits = exactHead.run(exact.run(probes.images()));
            return Parity.require("logits", network.probe(), logits, Parity.LOGITS_TOLERANCE);
        }
    }

    private Map<String, Object> provenance(TrainingData data, TrainedNetwork network) {
        Map<String, Object> provenance = new LinkedHashMap<>(network.history());
        provenance.put("recipe", recipe.yaml());
        provenance.put("seed", options.seed());
        provenance.put("dataset", data.dataset());
        provenance.put("dataHash", data.hash());
        provenance.put("wallSeconds", Math.round((System.nanoTime() - began) / 1e9));
        provenance.put("machine", Machine.describe());
        provenance.put("versions", Machine.versions());
        return provenance;
    }
}
