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
import io.featherwire.trainer.network.MlpHead;
import io.featherwire.trainer.network.OneCycle;
import io.featherwire.trainer.network.Optimizer;
import io.featherwire.trainer.network.Parameters.Weight;
import io.featherwire.trainer.recipe.BottleneckSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Continues the training of the decoder, and optionally of the head, on codes that the bundle's quantiser has quantised
 * and dequantised. Encoder, quantiser and tables stay unchanged, and so do the payloads.
 *
 * <p>The loss is the loss of {@link BottleneckTraining} without the bits. A tuned head is also trained on the original
 * features, because the bundle's uncompressed path uses it, too.
 */
public final class DecoderTuning implements AutoCloseable {
    private static final long REPORT_NANOS = Duration.ofSeconds(5).toNanos();

    /** Peak learning rate, relative to the autoencoder's. */
    private static final double RATE_SHARE = 0.3;

    private final NDManager manager;
    private final Autoencoder autoencoder;
    private final BottleneckSettings settings;
    private final MlpHead original;
    private final MlpHead tuned;
    private final Optimizer optimizer;
    private final GradientWorkers workers = new GradientWorkers(1);
    private final float scale;
    private final long seed;

    private double lossSum;
    private int steps;

    /**
     * @param autoencoder trained autoencoder, whose decoder is changed
     * @param head exported layers from feature to logits
     * @param scale root mean square of the features, see {@link BottleneckTraining#scale}
     */
    public DecoderTuning(
            NDManager parent,
            Autoencoder autoencoder,
            List<DenseWeights> head,
            BottleneckSettings settings,
            double scale,
            long seed) {
        manager = parent.newSubManager();
        this.autoencoder = autoencoder;
        this.settings = settings;
        this.scale = (float) scale;
        this.seed = seed;
        original = MlpHead.frozen(manager, head);
        tuned = settings.tuneHead() ? MlpHead.learning(manager, head) : original;
        List<Weight> weights = new ArrayList<>(autoencoder.decoderParameters());
        weights.addAll(tuned.parameters().weights());
        optimizer = new AdamW(manager, weights, 0);
    }

    /**
     * Trains for all epochs.
     *
     * @param codes dequantised codes, row by row, in the order of the features
     * @param features original features of the codes
     * @param labels class indices of the features
     */
    public void run(float[] codes, Features features, int[] labels, ProgressListener listener)
            throws InterruptedException {
        int batch = Math.min(settings.batch(), features.count());
        int perEpoch = features.count() / batch;
        long total = Math.max(1, (long) (settings.tuneEpochs() * perEpoch));
        OneCycle schedule = new OneCycle(RATE_SHARE * settings.rate(), 0.1);
        int[] order = {};
        long began = System.nanoTime();
        long reported = began;
        for (long step = 0; step < total; step++) {
            int at = (int) (step % perEpoch);
            if (at == 0) {
                order = Permutation.of(features.count(), ~seed + step / perEpoch);
                lossSum = 0;
                steps = 0;
            }
            int[] rows = Arrays.copyOfRange(order, at * batch, (at + 1) * batch);
            workers.run(1, part -> {
                trainStep(gather(codes, rows), features.gather(rows, 0, rows.length), rows, labels);
                return part;
            });
            optimizer.step(schedule.rateAt(step / (double) total));
            long now = System.nanoTime();
            if (now - reported > REPORT_NANOS || step == total - 1) {
                listener.onProgress(report((step + 1) / (double) total, (step + 1) * batch, (now - began) / 1e9));
                reported = now;
            }
        }
    }

    private void trainStep(float[] codes, float[] values, int[] rows, int[] labels) {
        try (NDManager scratch = manager.newSubManager()) {
            NDArray raw = scratch.create(values, batchShape(autoencoder.featureShape(), rows.length));
            NDArray decoded =
                    autoencoder.decode(scratch.create(codes, batchShape(autoencoder.codeShape(), rows.length)));
            NDArray loss = decoded.sub(raw.div(scale)).square().mean();
            if (!settings.kind().equals(BottleneckSettings.PAPER)) {
                NDArray wanted = original.logits(raw).softmax(1).stopGradient();
                NDArray output = tuned.logits(decoded.mul(scale)).logSoftmax(1);
                loss = loss.mul((float) settings.featureWeight())
                        .add(Losses.divergence(wanted, output).mul((float) settings.posteriorWeight()));
                if (settings.kind().equals(BottleneckSettings.TASK_AWARE)) {
                    NDArray targets = Losses.targets(rows, labels, output);
                    NDArray task = Losses.crossEntropy(targets, output);
                    if (settings.tuneHead()) {
                        NDArray uncompressed = tuned.logits(raw).logSoftmax(1);
                        task = task.add(Losses.crossEntropy(targets, uncompressed));
                    }
                    loss = loss.add(task.mul((float) settings.labelWeight()));
                }
            }
            lossSum += loss.getFloat();
            steps++;
            workers.backward(loss);
        }
    }

    private float[] gather(float[] codes, int[] rows) {
        int values = autoencoder.codeShape().values();
        float[] gathered = new float[rows.length * values];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(codes, rows[i] * values, gathered, i * values, values);
        }
        return gathered;
    }

    private static Shape batchShape(TensorShape shape, int count) {
        return new Shape(count, shape.channels(), shape.height(), shape.width());
    }

    private StageProgress report(double fraction, long images, double seconds) {
        double loss = lossSum / steps;
        if (!Double.isFinite(loss)) {
            throw new IllegalStateException(
                    "the tuning of the decoder has diverged: its loss is " + loss + "; try a lower bottleneck.rate");
        }
        return StageProgress.atConstantSpeed("tuning", fraction, images, loss, seconds);
    }

    /** The layers of the head with their current weights. */
    public List<DenseWeights> headWeights() {
        return tuned.weights();
    }

    @Override
    public void close() {
        workers.close();
        optimizer.close();
        manager.close();
    }
}
