package io.featherwire.trainer;

import ai.djl.ndarray.NDManager;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.bottleneck.BottleneckTraining;
import io.featherwire.trainer.bottleneck.CodeTransform;
import io.featherwire.trainer.bottleneck.DecoderTuning;
import io.featherwire.trainer.bottleneck.QuantiserChoice;
import io.featherwire.trainer.export.DenseWeights;
import io.featherwire.trainer.export.WeightStorage;
import io.featherwire.trainer.network.Autoencoder;
import io.featherwire.trainer.recipe.BottleneckSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Trains the autoencoder on cached features, turns its code for the quantiser, chooses quantisers and tables by codes of its exported
 * graphs, and tunes the decoder on those codes as they arrive.
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
                Autoencoder autoencoder = new Autoencoder(manager, featureShape, seed)) {
            CodedFeatures coded;
            QuantiserChoice choice;
            if (settings.kind().equals(BottleneckSettings.PAPER)) {
                train(manager, autoencoder, head, settings, scale, seed, null);
                CodeTransform transform = turn(autoencoder, head, scale);
                coded = coded(autoencoder, scale);
                try (BottleneckJudge judge = judge(coded, autoencoder, head, scale)) {
                    choice = QuantiserChoice.afterTraining(judge.codes(), transform.widths());
                }
            } else {
                float[] start = settings.floatEpochs() > 0 ? start(manager, autoencoder, head, scale, seed) : null;
                train(manager, autoencoder, head, settings, scale, seed, start);
                coded = coded(autoencoder, scale);
                try (BottleneckJudge judge = judge(coded, autoencoder, head, scale)) {
                    choice = QuantiserChoice.whole(judge.codes());
                }
            }
            try (BottleneckJudge judge = judge(coded, autoencoder, head, scale)) {
                TrainedBottleneck trained = judge.bottleneck(choice);
                if (settings.tuneEpochs() == 0) {
                    return trained;
                }
                listener.noted("before tuning: " + trained.text());
            }
            try (DecoderTuning tuning = new DecoderTuning(manager, autoencoder, head, settings, scale, seed)) {
                float[] arriving = choice.arriving(coded.learning(), coded.codeShape());
                tuning.run(arriving, features.learning(), features.learningLabels(), listener);
                try (BottleneckJudge judge = judge(coded, autoencoder, tuning.headWeights(), scale)) {
                    return judge.bottleneck(choice.judged(judge.codes()));
                }
            }
        }
    }

    /**
     * An autoencoder for features, its code turned and scaled so that whole numbers are the steps that one would choose for it.
     *
     * @return codes of the training features
     */
    private float[] start(NDManager manager, Autoencoder autoencoder, List<DenseWeights> head, double scale, long seed)
            throws IOException, InterruptedException {
        train(manager, autoencoder, head, settings.floatPart(), scale, seed, null);
        CodeTransform transform = turn(autoencoder, head, scale);
        try (BottleneckJudge judge = judge(coded(autoencoder, scale), autoencoder, head, scale)) {
            autoencoder.divideCode(QuantiserChoice.steps(judge.codes(), transform.widths()));
        }
        CodedFeatures coded = coded(autoencoder, scale);
        try (BottleneckJudge judge = judge(coded, autoencoder, head, scale)) {
            listener.noted("before bits count: "
                    + judge.bottleneck(QuantiserChoice.whole(judge.codes())).text());
        }
        return coded.training();
    }

    private void train(
            NDManager manager,
            Autoencoder autoencoder,
            List<DenseWeights> head,
            BottleneckSettings by,
            double scale,
            long seed,
            float @Nullable [] codes)
            throws InterruptedException {
        try (BottleneckTraining training = new BottleneckTraining(manager, autoencoder, head, by, scale, seed)) {
            if (codes != null) {
                training.expect(codes);
            }
            training.run(features.learning(), features.learningLabels(), listener);
        }
    }

    private CodeTransform turn(Autoencoder autoencoder, List<DenseWeights> head, double scale) throws IOException {
        try (BottleneckJudge judge = judge(coded(autoencoder, scale), autoencoder, head, scale)) {
            CodeTransform transform = CodeTransform.of(judge.codes());
            autoencoder.transformCode(transform.matrix(), transform.inverse());
            return transform;
        }
    }

    private CodedFeatures coded(Autoencoder autoencoder, double scale) throws IOException {
        return CodedFeatures.of(
                features, featureShape, autoencoder.encoderWeights(scale), autoencoder.codeShape(), storage, directory);
    }

    private BottleneckJudge judge(CodedFeatures coded, Autoencoder autoencoder, List<DenseWeights> head, double scale)
            throws IOException {
        return new BottleneckJudge(coded, featureShape, autoencoder.decoderWeights(scale), head, storage, directory);
    }
}
