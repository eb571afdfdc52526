package io.featherwire.trainer;

import ai.djl.ndarray.NDManager;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.bottleneck.BottleneckTraining;
import io.featherwire.trainer.bottleneck.DecoderTuning;
import io.featherwire.trainer.bottleneck.QuantiserChoice;
import io.featherwire.trainer.export.DenseWeights;
import io.featherwire.trainer.export.Layer.Conv;
import io.featherwire.trainer.export.WeightStorage;
import io.featherwire.trainer.network.Autoencoder;
import io.featherwire.trainer.recipe.BottleneckSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Trains the autoencoder on cached features, chooses quantisers and tables by codes of its exported graphs, and tunes the decoder
 * on those codes as they arrive.
 */
final class BottleneckStage {
    private final BottleneckSettings settings;
    private final CachedFeatures features;
    private final TensorShape featureShape;
    private final WeightStorage storage;
    private final Path directory;
    private final ProgressListener listener;

    BottleneckStage(
            BottleneckSettings settings,
            CachedFeatures features,
            TensorShape featureShape,
            WeightStorage storage,
            Path directory,
            ProgressListener listener) {
        this.settings = settings;
        this.features = features;
        this.featureShape = featureShape;
        this.storage = storage;
        this.directory = directory;
        this.listener = listener;
    }

    /** @param head feature to logits, as trained with the backbone */
    TrainedBottleneck run(List<DenseWeights> head, long seed) throws IOException, InterruptedException {
        double scale = BottleneckTraining.scale(features.training());
        try (NDManager manager = Torch.manager(seed);
                Autoencoder autoencoder = new Autoencoder(manager, featureShape, seed);
                BottleneckTraining training =
                        new BottleneckTraining(manager, autoencoder, head, settings, scale, seed)) {
            training.run(features.learning(), features.learningLabels(), listener);
            CodedFeatures coded = CodedFeatures.of(
                    features,
                    featureShape,
                    autoencoder.encoderWeights(scale),
                    autoencoder.codeShape(),
                    storage,
                    directory);
            TrainedBottleneck trained;
            try (BottleneckJudge judge = judge(coded, autoencoder.decoderWeights(scale), head)) {
                trained = judge.bottleneck(
                        settings.kind().equals(BottleneckSettings.PAPER)
                                ? QuantiserChoice.afterTraining(judge.codes())
                                : QuantiserChoice.whole(judge.codes()));
            }
            if (settings.tuneEpochs() == 0) {
                return trained;
            }
            listener.noted("before tuning: " + trained.text());
            QuantiserChoice choice = trained.choice();
            try (DecoderTuning tuning = new DecoderTuning(manager, autoencoder, head, settings, scale, seed)) {
                float[] arriving = choice.arriving(coded.learning(), coded.codeShape());
                tuning.run(arriving, features.learning(), features.learningLabels(), listener);
                try (BottleneckJudge judge = judge(coded, autoencoder.decoderWeights(scale), tuning.headWeights())) {
                    return judge.bottleneck(choice.judged(judge.codes()));
                }
            }
        }
    }

    private BottleneckJudge judge(CodedFeatures coded, List<Conv> decoder, List<DenseWeights> head) throws IOException {
        return new BottleneckJudge(coded, featureShape, decoder, head, storage, directory);
    }
}
