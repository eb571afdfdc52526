package io.featherwire.trainer;

import ai.djl.ndarray.NDManager;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.bottleneck.BottleneckTraining;
import io.featherwire.trainer.bottleneck.QuantiserChoice;
import io.featherwire.trainer.data.FeatureStore;
import io.featherwire.trainer.export.DenseWeights;
import io.featherwire.trainer.export.Layer.Conv;
import io.featherwire.trainer.export.Vgg16Networks;
import io.featherwire.trainer.export.WeightStorage;
import io.featherwire.trainer.network.Autoencoder;
import io.featherwire.trainer.recipe.BottleneckSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Trains the autoencoder on cached features, then chooses quantisers and tables by codes of its exported graphs. */
final class BottleneckStage {
    private final BottleneckSettings settings;
    private final CachedFeatures features;
    private final TensorShape featureShape;
    private final WeightStorage storage;
    private final Path directory;
    private final long seed;

    BottleneckStage(
            BottleneckSettings settings,
            CachedFeatures features,
            TensorShape featureShape,
            WeightStorage storage,
            Path directory,
            long seed) {
        this.settings = settings;
        this.features = features;
        this.featureShape = featureShape;
        this.storage = storage;
        this.directory = directory;
        this.seed = seed;
    }

    /**
     * @param head the frozen head
     * @param classify the head's exported graph
     * @param reference its logits for the validation features
     */
    TrainedBottleneck run(List<DenseWeights> head, GraphRunner classify, float[] reference, ProgressListener listener)
            throws IOException, InterruptedException {
        double scale = BottleneckTraining.scale(features.training());
        try (NDManager manager = Torch.manager(seed);
                Autoencoder autoencoder = new Autoencoder(manager, featureShape, seed);
                BottleneckTraining training =
                        new BottleneckTraining(manager, autoencoder, head, settings, scale, seed)) {
            training.run(features.training(), features.trainingLabels(), listener);
            return quantised(
                    autoencoder.codeShape(),
                    autoencoder.encoderWeights(scale),
                    autoencoder.decoderWeights(scale),
                    classify,
                    reference);
        }
    }

    private TrainedBottleneck quantised(
            TensorShape codeShape, List<Conv> encoder, List<Conv> decoder, GraphRunner classify, float[] reference)
            throws IOException {
        try (GraphRunner encode = GraphRunner.of(Vgg16Networks.encoder(featureShape, encoder), storage, directory);
                GraphRunner decode = GraphRunner.of(Vgg16Networks.decoder(codeShape, decoder), storage, directory)) {
            float[] codes = encode.run(features.validationValues());
            int[] labels = features.validationLabels();
            float[] logits = classify.run(decode.run(codes));
            QuantiserChoice.Codes judged = new QuantiserChoice.Codes(
                    codeShape,
                    encoded(encode, features.training(), codeShape),
                    codes,
                    reference,
                    labels,
                    code -> classify.run(decode.run(code)));
            QuantiserChoice choice = settings.kind().equals(BottleneckSettings.PAPER)
                    ? QuantiserChoice.afterTraining(judged)
                    : QuantiserChoice.whole(judged);
            double accuracy = Logits.accuracy(logits, labels, reference.length / labels.length);
            return new TrainedBottleneck(codeShape, encoder, decoder, choice, accuracy);
        }
    }

    private static float[] encoded(GraphRunner encode, FeatureStore features, TensorShape codeShape) {
        int batch = 64;
        int[] rows = new int[features.count()];
        float[] codes = new float[features.count() * codeShape.values()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i;
        }
        for (int from = 0; from < rows.length; from += batch) {
            float[] part = encode.run(features.gather(rows, from, Math.min(rows.length, from + batch)));
            System.arraycopy(part, 0, codes, from * codeShape.values(), part.length);
        }
        return codes;
    }
}
