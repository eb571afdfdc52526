package io.featherwire.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.featherwire.bundler.transform.Logits;
import io.featherwire.trainer.data.Batcher;
import io.featherwire.trainer.data.ImageBatch;
import io.featherwire.trainer.data.Prefetcher;
import io.featherwire.trainer.network.AdamW;
import io.featherwire.trainer.network.Checkpoint;
import io.featherwire.trainer.network.GradientWorkers;
import io.featherwire.trainer.network.Mode;
import io.featherwire.trainer.network.Muon;
import io.featherwire.trainer.network.OneCycle;
import io.featherwire.trainer.network.Optimizer;
import io.featherwire.trainer.network.Parameters;
import io.featherwire.trainer.network.SgdNesterov;
import io.featherwire.trainer.network.Vgg16;
import io.featherwire.trainer.recipe.BackboneSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trains backbone and head together on augmented images. It can be stopped and resumed at any step. */
final class BackboneTraining implements AutoCloseable {
    /**
     * Key of a checkpoint's fact: fingerprint of the bundle that the training began with. Checkpoints without this fact
     * began with random weights.
     */
    static final String START = "start";

    static final String NO_START = "none";

    private static final long REPORT_NANOS = Duration.ofSeconds(5).toNanos();

    private final NDManager manager;
    private final Vgg16 network;
    private final Batcher batcher;
    private final BackboneSettings settings;
    private final TrainingBudget budget;
    private final Optimizer optimizer;
    private final ProgressListener listener;
    private final Map<String, String> fixedFacts;
    private final GradientWorkers workers;
    private final TrainingCurve curve = new TrainingCurve();

    private double progress;
    private int cycles = 1;
    private double cycleBegan;
    private long images;
    private double seconds;
    private volatile boolean stopping;
    private long stopAt = Long.MAX_VALUE;
    private @Nullable CurveWriter validation;

    /** Loss and accuracy since the last report. */
    private double lossSum;

    private long right;
    private long counted;
    private double windowSeconds;

    public BackboneTraining(
            NDManager manager,
            Vgg16 network,
            Batcher batcher,
            BackboneSettings settings,
            TrainingBudget budget,
            int threads,
            Map<String, String> fixedFacts,
            ProgressListener listener) {
        this.manager = manager;
        this.network = network;
        this.batcher = batcher;
        this.settings = settings;
        this.budget = budget;
        this.fixedFacts = Map.copyOf(fixedFacts);
        this.listener = listener;
        workers = new GradientWorkers(threads);
        optimizer = createOptimizer(manager, network.parameters());
    }

    private Optimizer createOptimizer(NDManager manager, Parameters parameters) {
        return switch (settings.optimizer()) {
            case "sgd" -> new SgdNesterov(manager, parameters.weights(), settings.momentum(), settings.weightDecay());
            case "muon" -> new Muon(manager, parameters, workers, settings.momentum(), settings.weightDecay());
            default -> new AdamW(manager, parameters.weights(), settings.weightDecay());
        };
    }

    /** Trains until the budget is used or {@link #stop} is called. Writes checkpoints if a directory is given. */
    public void run(@Nullable Path checkpoints, Duration every) throws IOException, InterruptedException {
        if (isFinished()) {
            return;
        }
        long reported = System.nanoTime();
        long saved = reported;
        try (Prefetcher prefetcher =
                new Prefetcher(seen -> batcher.trainingBatch(seen, settings.batch()), images, settings.batch())) {
            while (progress < 1 && !stopping && images < stopAt) {
                long begin = System.nanoTime();
                step(prefetcher.next());
                double took = (System.nanoTime() - begin) / 1e9;
                progress = budget.advance(progress, settings.batch(), took, seconds - cycleBegan);
                seconds += took;
                windowSeconds += took;
                images += settings.batch();
                long now = System.nanoTime();
                if (now - reported > REPORT_NANOS || progress >= 1) {
                    reportProgress();
                    reported = now;
                }
                if (checkpoints != null && now - saved > every.toNanos()) {
                    save(checkpoints);
                    saved = System.nanoTime();
                }
            }
        }
        if (checkpoints != null) {
            save(checkpoints);
        }
    }

    /** Sets the writer of the validation curve, which measures a point at each checkpoint. */
    void setCurveWriter(CurveWriter writer) {
        validation = writer;
    }

    private void save(Path checkpoints) throws IOException {
        checkpoint().write(checkpoints);
        if (validation != null && !stopping) {
            listener.onMessage(validation.write(images, seconds));
        }
    }

    /** Asks the run to end after the current step. */
    public void stop() {
        stopping = true;
    }

    /** Ends the run after the given number of images, regardless of the schedule. */
    void stopAfter(long count) {
        stopAt = count;
    }

    public boolean isFinished() {
        return progress >= 1;
    }

    public long processedImages() {
        return images;
    }

    /** The training time so far, in seconds, over all resumed runs. */
    public double seconds() {
        return seconds;
    }

    /** The training curve so far. */
    TrainingCurve curve() {
        return curve;
    }

    public Checkpoint checkpoint() {
        Map<String, String> facts = new LinkedHashMap<>(fixedFacts);
        facts.put("progress", Double.toString(progress));
        facts.put("cycles", Integer.toString(cycles));
        facts.put("cycleBegan", Double.toString(cycleBegan));
        facts.put("images", Long.toString(images));
        facts.put("seconds", Double.toString(seconds));
        facts.put("curve", curve.toText());
        Map<String, float[]> arrays = new LinkedHashMap<>(network.parameters().values());
        arrays.putAll(optimizer.state());
        return new Checkpoint(facts, arrays);
    }

    /**
     * Restores the state of a checkpoint.
     *
     * @throws IllegalArgumentException if the checkpoint was made with other settings
     */
    public void resume(Checkpoint checkpoint) {
        fixedFacts.forEach((name, value) -> {
            String stored = checkpoint.facts().getOrDefault(name, name.equals(START) ? NO_START : "nothing");
            if (!value.equals(stored)) {
                throw new IllegalArgumentException(
                        "the checkpoint has " + name + " " + stored + ", this training has " + value);
            }
        });
        network.parameters().restore(checkpoint.arrays());
        optimizer.restore(checkpoint.arrays());
        progress = Double.parseDouble(checkpoint.facts().get("progress"));
        images = Long.parseLong(checkpoint.facts().get("images"));
        seconds = Double.parseDouble(checkpoint.facts().get("seconds"));
        cycles = Integer.parseInt(checkpoint.facts().getOrDefault("cycles", "1"));
        cycleBegan = Double.parseDouble(checkpoint.facts().getOrDefault("cycleBegan", "0"));
        curve.restore(checkpoint.facts().getOrDefault("curve", ""), progress);
    }

    /** Restarts the learning rate's schedule and keeps the weights (a warm restart, Loshchilov and Hutter 2016). */
    void restartSchedule() {
        progress = 0;
        cycles++;
        cycleBegan = seconds;
        curve.restore(curve.toText(), progress);
    }

    /** The number of learning-rate cycles begun, over all resumed runs. */
    int cycles() {
        return cycles;
    }

    private void step(ImageBatch batch) throws InterruptedException {
        int classes = network.shape().classes();
        List<ImageBatch> shards = batch.split(workers.count());
        List<Shard> results = workers.run(shards.size(), index -> pass(shards.get(index), index, batch.count()));
        for (int i = 0; i < results.size(); i++) {
            lossSum += results.get(i).loss() * batch.count();
            countCorrect(results.get(i).logits(), shards.get(i), classes);
        }
        optimizer.step(learningRate());
    }

    private double learningRate() {
        return settings.schedule().equals("constant")
                ? settings.rate()
                : new OneCycle(settings.rate(), settings.warmUp()).rateAt(progress);
    }

    /** The result of one worker: its share of the batch's mean loss, and its logits. */
    private record Shard(double loss, float[] logits) {}

    private Shard pass(ImageBatch part, int index, int whole) {
        int size = network.shape().inputSize();
        int classes = network.shape().classes();
        try (NDManager scratch = manager.newSubManager()) {
            NDArray input = scratch.create(part.images(), new Shape(part.count(), 3, size, size));
            NDArray targets = scratch.create(softTargets(part, classes), new Shape(part.count(), classes));
            NDArray output = network.logits(input, index == 0 ? Mode.TRAINING : Mode.TRAINING_FIXED_STATISTICS);
            NDArray loss = output.logSoftmax(1).mul(targets).sum().mul(-1f / whole);
            workers.backward(loss);
            return new Shard(loss.getFloat(), output.toFloatArray());
        }
    }

    private float[] softTargets(ImageBatch batch, int classes) {
        float[] targets = new float[batch.count() * classes];
        float rest = (float) (settings.labelSmoothing() / classes);
        Arrays.fill(targets, rest);
        for (int i = 0; i < batch.count(); i++) {
            targets[i * classes + batch.labels()[i]] += (float) (1 - settings.labelSmoothing());
        }
        return targets;
    }

    private void countCorrect(float[] logits, ImageBatch batch, int classes) {
        right += Math.round(batch.count() * Logits.accuracy(logits, batch.labels(), classes));
        counted += batch.count();
    }

    private void reportProgress() {
        double loss = lossSum / counted;
        if (!Double.isFinite(loss)) {
            throw new IllegalStateException("the loss is " + loss + " after " + images
                    + " images: the training has diverged; try a lower learning rate");
        }
        curve.add(progress, images, seconds, loss, right / (double) counted, counted);
        double rate = counted / windowSeconds;
        double done = Math.max(progress, 1e-9);
        listener.onProgress(StageProgressBuilder.builder()
                .stage("backbone")
                .fraction(progress)
                .images(images)
                .loss(loss)
                .accuracy(right / (double) counted)
                .imagesPerSecond(rate)
                .gigaflops(3 * network.shape().flops() * rate / 1e9)
                .left(Duration.ofMillis((long) (1e3 * (seconds - cycleBegan) * (1 - progress) / done)))
                .build());
        lossSum = 0;
        right = 0;
        counted = 0;
        windowSeconds = 0;
    }

    @Override
    public void close() {
        workers.close();
        optimizer.close();
    }
}
