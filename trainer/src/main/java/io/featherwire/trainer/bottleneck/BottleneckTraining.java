package io.featherwire.trainer.bottleneck;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.featherwire.bundler.export.DenseWeights;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.datasets.Permutation;
import io.featherwire.trainer.ProgressListener;
import io.featherwire.trainer.StageProgress;
import io.featherwire.trainer.data.Features;
import io.featherwire.trainer.network.AdamW;
import io.featherwire.trainer.network.Autoencoder;
import io.featherwire.trainer.network.GradientWorkers;
import io.featherwire.trainer.network.LogisticPrior;
import io.featherwire.trainer.network.MlpHead;
import io.featherwire.trainer.network.OneCycle;
import io.featherwire.trainer.network.Optimizer;
import io.featherwire.trainer.recipe.BottleneckSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Trains an autoencoder on cached features. Backbone and head are frozen.
 *
 * <p>Kind {@code paper} minimises only the mean squared error. Kind {@code rate-aware} rounds codes to whole numbers
 * (straight-through gradients for the decoder, uniform noise for the rate, Ballé et al. 2017) and minimises bits +
 * featureWeight · relative feature error + posteriorWeight · KL(head(feature) ‖ head(reconstruction)). Kind {@code
 * task-aware} adds labelWeight · cross-entropy.
 */
public final class BottleneckTraining implements AutoCloseable {
    /**
     * Smallest initial standard deviation of a coefficient. Such coefficients are rounded to 0 and not sent. With a
     * smaller value the decoder would amplify them so much that training diverges if a code drifts.
     */
    private static final double LEAST_DEVIATION = 0.1;

    private static final int MOST_SKIPPED = 20;

    private static final long REPORT_NANOS = Duration.ofSeconds(5).toNanos();

    private final NDManager manager;
    private final Autoencoder autoencoder;
    private final LogisticPrior prior;
    private final MlpHead head;
    private final Optimizer optimizer;
    private final GradientWorkers workers;
    private final BottleneckSettings settings;
    private final long seed;
    private final double scale;

    /** Sums over the steps of the current epoch. */
    private double bits;

    private double error;
    private double divergence;
    private int steps;

    /** Number of successive skipped steps. */
    private int skipped;

    /** @param scale root mean square of the features, see {@link #scale} */
    public BottleneckTraining(
            NDManager parent,
            Autoencoder autoencoder,
            List<DenseWeights> head,
            BottleneckSettings settings,
            double scale,
            long seed) {
        this.manager = parent.newSubManager();
        this.autoencoder = autoencoder;
        this.settings = settings;
        this.scale = scale;
        this.seed = seed;
        this.head = MlpHead.frozen(manager, head);
        prior = new LogisticPrior(
                autoencoder.parameters(), autoencoder.codeShape().channels());
        optimizer = new AdamW(manager, autoencoder.parameters().weights(), 0);
        workers = new GradientWorkers(1);
    }

    /** The root mean square of a sample of features. Features are divided by it during training. */
    public static double scale(Features features) {
        int sample = Math.min(features.count(), 512);
        float[] values = new float[features.values()];
        double sum = 0;
        for (int i = 0; i < sample; i++) {
            features.get((int) ((long) i * features.count() / sample), values, 0);
            for (float value : values) {
                sum += (double) value * value;
            }
        }
        return Math.sqrt(Math.max(1e-12, sum / ((double) sample * features.values())));
    }

    /**
     * Initialises the autoencoder with the best linear code, if the autoencoder can represent one. For kind {@code
     * paper} the coefficients have variance 1. For the other kinds the coefficients are scaled so that rounding to
     * whole numbers has the best step Δ for the weights: at high rates a step Δ costs Δ²/24 nats of divergence, and
     * halving the step costs one bit; hence Δ² = 12 / (weight · ln 2). Δ is limited so that the most important
     * coefficient is still sent.
     */
    public void start(Features features, ProgressListener listener) {
        if (settings.start().equals(BottleneckSettings.RANDOM) || !autoencoder.canRepresentLinearCode()) {
            return;
        }
        int channels = autoencoder.codeShape().channels();
        listener.onMessage("computing the best linear code with " + (channels - 1) + " coefficients");
        BestLinearCode start = BestLinearCode.of(manager, features, head, autoencoder.featureShape(), channels);
        listener.onMessage(start.describe());
        double weight = Math.max(1, settings.posteriorWeight() + settings.labelWeight());
        double step = Math.min(Math.sqrt(start.importance()[0]), Math.sqrt(12 / (weight * Math.log(2))));
        float[] deviations = new float[channels - 1];
        for (int i = 0; i < deviations.length; i++) {
            deviations[i] = settings.kind().equals(BottleneckSettings.PAPER)
                    ? 1
                    : (float) Math.max(LEAST_DEVIATION, Math.sqrt(start.importance()[i]) / step);
        }
        autoencoder.setLinearCode(start.withDeviations(deviations), scale);
        float[] means = new float[channels];
        means[channels - 1] = Autoencoder.CONSTANT;
        prior.initialise(means, Arrays.copyOf(deviations, channels));
    }

    /** Trains for all epochs. */
    public void run(Features features, int[] labels, ProgressListener listener) throws InterruptedException {
        int batch = Math.min(settings.batch(), features.count());
        long total = settings.epochs() == 0 ? 0 : Math.max(1, (long) (settings.epochs() * features.count() / batch));
        int perEpoch = features.count() / batch;
        int[] order = {};
        long reported = System.nanoTime();
        long began = reported;
        for (long step = 0; step < total; step++) {
            int at = (int) (step % perEpoch);
            if (at == 0) {
                order = Permutation.of(features.count(), seed + step / perEpoch);
                bits = 0;
                error = 0;
                divergence = 0;
                steps = 0;
            }
            int[] rows = Arrays.copyOfRange(order, at * batch, (at + 1) * batch);
            double progress = step / (double) total;
            double rate = settings.schedule().equals("constant")
                    ? settings.rate()
                    : new OneCycle(settings.rate(), 0.1).rateAt(progress);
            boolean finite = workers.run(1, part -> pass(features.gather(rows, 0, rows.length), rows, labels))
                    .get(0);
            if (finite) {
                optimizer.step(rate);
                skipped = 0;
            } else {
                skipStep(step, listener);
            }
            long now = System.nanoTime();
            if (now - reported > REPORT_NANOS || step == total - 1) {
                listener.onProgress(report((step + 1) / (double) total, (step + 1) * batch, (now - began) / 1e9));
                reported = now;
            }
        }
    }

    /** Skips a step whose loss or gradients are not finite. Throws after too many successive skipped steps. */
    private void skipStep(long step, ProgressListener listener) {
        autoencoder.parameters().clearGradients();
        listener.onMessage("step " + step + " skipped: loss or gradients are not finite");
        if (++skipped == MOST_SKIPPED) {
            throw new IllegalStateException(
                    "the training of the autoencoder has diverged: loss or gradients are not finite; try a lower bottleneck.rate");
        }
    }

    /** Runs a forward and backward pass. Returns whether loss and gradients are finite. */
    private boolean pass(float[] values, int[] rows, int[] labels) {
        TensorShape shape = autoencoder.featureShape();
        boolean rated = !settings.kind().equals(BottleneckSettings.PAPER);
        try (NDManager scratch = manager.newSubManager()) {
            NDArray raw =
                    scratch.create(values, new Shape(rows.length, shape.channels(), shape.height(), shape.width()));
            NDArray features = raw.div((float) scale);
            NDArray code = autoencoder.encode(features);
            NDArray decoded = autoencoder.decode(rated ? round(code) : code);
            NDArray mse = decoded.sub(features).square().mean();
            NDArray loss = mse;
            if (rated) {
                NDArray rate = prior.bits(code).div((float) rows.length);
                NDArray wanted = head.logits(raw).softmax(1).stopGradient();
                NDArray output = head.logits(decoded.mul((float) scale)).logSoftmax(1);
                NDArray kl = Losses.divergence(wanted, output);
                loss = rate.add(mse.mul((float) settings.featureWeight()))
                        .add(kl.mul((float) settings.posteriorWeight()));
                if (settings.kind().equals(BottleneckSettings.TASK_AWARE)) {
                    NDArray task = Losses.crossEntropy(Losses.targets(rows, labels, output), output);
                    loss = loss.add(task.mul((float) settings.labelWeight()));
                }
                if (!Float.isFinite(loss.getFloat())) {
                    return false;
                }
                bits += rate.getFloat();
                divergence += kl.getFloat();
            }
            if (!Float.isFinite(mse.getFloat())) {
                return false;
            }
            error += mse.getFloat();
            steps++;
            workers.backward(loss);
            return autoencoder.parameters().hasFiniteGradients();
        }
    }

    /** Rounds to whole numbers in the forward pass. The gradient passes unchanged (straight-through). */
    private static NDArray round(NDArray code) {
        return code.add(code.round().sub(code).stopGradient());
    }

    private StageProgress report(double fraction, long images, double seconds) {
        double sum = settings.kind().equals(BottleneckSettings.PAPER)
                ? error
                : bits + settings.featureWeight() * error + settings.posteriorWeight() * divergence;
        double loss = sum / Math.max(1, steps);
        return StageProgress.atConstantSpeed("bottleneck", fraction, images, loss, seconds);
    }

    @Override
    public void close() {
        workers.close();
        optimizer.close();
        head.close();
        manager.close();
    }
}
