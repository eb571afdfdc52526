package io.featherwire.trainer;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.featherwire.bundler.export.GraphRunner;
import io.featherwire.bundler.export.Network;
import io.featherwire.bundler.export.Vgg16Networks;
import io.featherwire.bundler.export.WeightStorage;
import io.featherwire.bundler.transform.Logits;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.trainer.data.Batcher;
import io.featherwire.trainer.data.ImageBatch;
import io.featherwire.trainer.network.Checkpoint;
import io.featherwire.trainer.network.Mode;
import io.featherwire.trainer.network.Net2Wider;
import io.featherwire.trainer.network.Vgg16;
import io.featherwire.trainer.network.VggShape;
import io.featherwire.trainer.recipe.BackboneSettings;
import io.featherwire.trainer.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Trains backbone and head by a recipe, from scratch or from a checkpoint. */
final class BackboneStage {
    /** Number of images of the parity check. */
    static final int PROBES = 32;

    private static final int STATISTICS_IMAGES = 64;
    private static final int CURVE_IMAGES = 1000;
    private static final int CURVE_BATCH = 16;

    private final Recipe recipe;
    private final TrainingData data;
    private final TrainOptions options;
    private final Path checkpoints;
    private final ProgressListener listener;

    BackboneStage(Recipe recipe, TrainingData data, TrainOptions options, Path checkpoints, ProgressListener listener) {
        this.recipe = recipe;
        this.data = data;
        this.options = options;
        this.checkpoints = checkpoints;
        this.listener = listener;
    }

    TrainedNetwork run() throws IOException, BundleException, InterruptedException {
        WarmStart start =
                options.warmStart == null ? null : WarmStart.of(options.warmStart, recipe, data, options.seed);
        BackboneSettings settings = recipe.backbone();
        VggShape shape = new VggShape(
                recipe.inputSize(),
                recipe.width(),
                recipe.hidden(),
                data.training().classes().size());
        Batcher batcher = new Batcher(
                data.training(), data.normalisation(), recipe.inputSize(), settings.augmentation(), options.seed);
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("shape", shape.toString());
        facts.put("seed", Long.toString(options.seed));
        facts.put("data", data.hash());
        facts.put("normalisation", data.normalisation().toString());
        facts.put(BackboneTraining.START, start == null ? BackboneTraining.NO_START : start.fingerprint());
        reportStart(shape, settings);
        try (NDManager manager = TorchEngine.createManager(options.seed);
                Vgg16 network = new Vgg16(manager, shape, (float) settings.dropout(), options.seed);
                BackboneTraining training = new BackboneTraining(
                        manager, network, batcher, settings, createBudget(settings), threads(), facts, listener)) {
            if (!resume(training) && start != null) {
                initialise(manager, network, batcher, start);
            }
            CurveWriter curve = new CurveWriter(checkpoints, options.resume, () -> measureAccuracy(network));
            training.setCurveWriter(curve);
            CheckpointOnExit stop = CheckpointOnExit.of(training);
            try {
                training.run(checkpoints, Duration.ofMillis((long) (60_000 * options.checkpointMinutes)));
            } finally {
                stop.remove();
            }
            if (!training.isFinished()) {
                throw new InterruptedException("training stopped; its checkpoint is in " + checkpoints);
            }
            return new TrainedNetwork(
                    network.backboneWeights(),
                    network.headWeights(),
                    computeProbe(manager, network),
                    createHistory(training, curve, start));
        }
    }

    private void initialise(NDManager manager, Vgg16 network, Batcher batcher, WarmStart start) {
        VggShape shape = network.shape();
        Net2Wider widened = Net2Wider.of(start.convolutions(), start.head(), shape, options.seed);
        ImageBatch batch = batcher.trainingBatch(0, STATISTICS_IMAGES);
        try (NDManager scratch = manager.newSubManager()) {
            Shape sides = new Shape(batch.count(), 3, shape.inputSize(), shape.inputSize());
            network.setWeights(widened.convolutions(), widened.head(), scratch.create(batch.images(), sides));
        }
        listener.onMessage("warm start with the network of bundle " + start.name() + ": "
                + start.convolutions().get(start.convolutions().size() - 1).out() + " feature channels widened to "
                + shape.featureChannels());
    }

    private void reportStart(VggShape shape, BackboneSettings settings) {
        long images = options.end() != null ? 0 : plannedImages(settings);
        double flops = 3 * shape.flops();
        String length = images > 0 ? images + " images in all" : settings.minutes() + " minutes";
        if (options.end() != null) {
            length = "until "
                    + LocalTime.ofInstant(options.end(), ZoneId.systemDefault()).truncatedTo(ChronoUnit.MINUTES);
        } else if (images > 0) {
            double seconds = images * flops / (100e9 * threads());
            length += String.format(
                    Locale.ROOT, ", about %s at 100 GFLOP/s per core", DurationText.format(Duration.ofSeconds((long)
                            seconds)));
        }
        listener.onMessage(String.format(
                Locale.ROOT,
                "backbone: VGG16, input %d, width %s, %d training images, %.2f GFLOP per image; %s",
                shape.inputSize(),
                shape.width(),
                data.training().size(),
                flops / 1e9,
                length));
    }

    /**
     * Resumes from the newest checkpoint, if {@code --resume} is given and a checkpoint exists. Returns whether it did.
     */
    private boolean resume(BackboneTraining training) throws IOException {
        if (options.resume) {
            Optional<Checkpoint> newest = Checkpoint.newest(checkpoints);
            if (newest.isPresent()) {
                training.resume(newest.get());
                if (options.restartSchedule) {
                    training.restartSchedule();
                }
                listener.onMessage("resumed after " + training.processedImages() + " images"
                        + (options.restartSchedule ? ", with a restarted learning-rate schedule" : ""));
                return true;
            }
            listener.onMessage("no checkpoint in " + checkpoints + ": the training starts from the beginning");
        }
        return false;
    }

    private long plannedImages(BackboneSettings settings) {
        return settings.images() > 0
                ? settings.images()
                : (long) (settings.epochs() * data.training().size());
    }

    private TrainingBudget createBudget(BackboneSettings settings) {
        Duration time = settings.minutes() > 0 ? Duration.ofMillis((long) (60_000 * settings.minutes())) : null;
        return options.end() != null
                ? new TrainingBudget(0, null, options.end())
                : new TrainingBudget(plannedImages(settings), time, null);
    }

    private int threads() {
        return options.threads > 0 ? options.threads : Runtime.getRuntime().availableProcessors();
    }

    private float[] computeProbe(NDManager manager, Vgg16 network) {
        int count = Math.min(PROBES, data.validation().size());
        int size = recipe.inputSize();
        ImageBatch batch = data.plainBatches(data.validation(), size).plainBatch(0, count);
        try (NDManager scratch = manager.newSubManager()) {
            return network.logits(scratch.create(batch.images(), new Shape(count, 3, size, size)), Mode.INFERENCE)
                    .toFloatArray();
        }
    }

    /** The accuracy of the exported float graphs on the first validation images. */
    private double measureAccuracy(Vgg16 network) throws IOException {
        int count = Math.min(CURVE_IMAGES, data.validation().size());
        int size = recipe.inputSize();
        Network backbone = Vgg16Networks.backbone(size, network.backboneWeights());
        Network head = Vgg16Networks.head(backbone.outputShape(), network.headWeights());
        Batcher plain = data.plainBatches(data.validation(), size);
        try (GraphRunner features = GraphRunner.of(backbone, WeightStorage.FLOAT32, checkpoints);
                GraphRunner logits = GraphRunner.of(head, WeightStorage.FLOAT32, checkpoints)) {
            double right = 0;
            for (int from = 0; from < count; from += CURVE_BATCH) {
                ImageBatch batch = plain.plainBatch(from, Math.min(CURVE_BATCH, count - from));
                right += batch.count()
                        * Logits.accuracy(logits.run(features.run(batch.images())), batch.labels(), data.classes());
            }
            return right / count;
        }
    }

    private Map<String, Object> createHistory(BackboneTraining training, CurveWriter curve, @Nullable WarmStart start)
            throws IOException {
        Map<String, Object> history = new LinkedHashMap<>();
        if (start != null) {
            history.put("start", start.provenance());
        }
        history.put("imagesSeen", training.processedImages());
        history.put("cycles", training.cycles());
        history.put(
                "epochs", training.processedImages() / (double) data.training().size());
        history.put("trainingSeconds", Math.round(training.seconds()));
        history.put("trainingImages", data.training().size());
        history.put("learningCurve", training.curve().provenance());
        history.put("validationCurve", curve.points());
        return history;
    }
}
