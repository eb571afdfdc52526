package io.featherwire.trainer;

import ai.djl.ndarray.NDManager;
import io.featherwire.bundler.export.DenseWeights;
import io.featherwire.bundler.export.WeightStorage;
import io.featherwire.bundler.transform.CodeTransform;
import io.featherwire.bundler.transform.QuantiserChoice;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.bottleneck.BottleneckTraining;
import io.featherwire.trainer.bottleneck.DecoderTuning;
import io.featherwire.trainer.network.Autoencoder;
import io.featherwire.trainer.recipe.BottleneckSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Trains the autoencoder on cached features, rotates its code for the quantiser, chooses quantisers and tables by codes
 * of the exported graphs, and tunes the decoder on quantised codes.
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

    /** @param head layers from feature to logits, as trained with the backbone */
    TrainedBottleneck run(List<DenseWeights> head, long seed) throws IOException, InterruptedException {
        double scale = BottleneckTraining.scale(features.training());
        try (NDManager manager = TorchEngine.createManager(seed);
                Autoencoder autoencoder = new Autoencoder(manager, featureShape, kernelSize(), seed)) {
            try (BottleneckTraining training =
                    new BottleneckTraining(manager, autoencoder, head, settings, scale, seed)) {
                training.start(features.learning(), listener);
                training.run(features.learning(), features.learningLabels(), listener);
            }
            CodeTransform transform =
                    settings.kind().equals(BottleneckSettings.PAPER) ? transformCode(autoencoder, head, scale) : null;
            CodedFeatures coded = encode(autoencoder, scale);
            QuantiserChoice choice;
            try (BottleneckEvaluation evaluation = openEvaluation(coded, autoencoder, head, scale)) {
                choice = transform == null
                        ? QuantiserChoice.forIntegers(evaluation.codes())
                        : QuantiserChoice.afterTraining(evaluation.codes(), transform.widths());
                TrainedBottleneck trained = evaluation.toBottleneck(choice);
                if (settings.tuneEpochs() == 0) {
                    return trained;
                }
                listener.onMessage("before tuning: " + trained.toText());
            }
            try (DecoderTuning tuning = new DecoderTuning(manager, autoencoder, head, settings, scale, seed)) {
                float[] received = choice.reconstruct(coded.learning(), coded.codeShape());
                tuning.run(received, features.learning(), features.learningLabels(), listener);
                try (BottleneckEvaluation evaluation =
                        openEvaluation(coded, autoencoder, tuning.headWeights(), scale)) {
                    return evaluation.toBottleneck(choice.evaluate(evaluation.codes()));
                }
            }
        }
    }

    private int kernelSize() {
        return settings.wholeFeature() ? featureShape.height() : Autoencoder.kernelSize(featureShape);
    }

    /** Transforms the code to the basis that is best for quantisation. */
    private CodeTransform transformCode(Autoencoder autoencoder, List<DenseWeights> head, double scale)
            throws IOException {
        try (BottleneckEvaluation evaluation = openEvaluation(encode(autoencoder, scale), autoencoder, head, scale)) {
            CodeTransform transform = CodeTransform.of(evaluation.codes());
            autoencoder.transformCode(transform.matrix(), transform.inverse());
            return transform;
        }
    }

    private CodedFeatures encode(Autoencoder autoencoder, double scale) throws IOException {
        return CodedFeatures.of(
                features, featureShape, autoencoder.encoderWeights(scale), autoencoder.codeShape(), storage, directory);
    }

    private BottleneckEvaluation openEvaluation(
            CodedFeatures coded, Autoencoder autoencoder, List<DenseWeights> head, double scale) throws IOException {
        return new BottleneckEvaluation(
                coded,
                featureShape,
                autoencoder.decoderWeights(scale),
                head,
                settings.searchSpec(),
                storage,
                directory);
    }
}
