package io.featherwire.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.featherwire.bundler.export.DenseWeights;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.datasets.Permutation;
import io.featherwire.trainer.data.Features;
import io.featherwire.trainer.network.AdamW;
import io.featherwire.trainer.network.GradientWorkers;
import io.featherwire.trainer.network.HeadNetwork;
import io.featherwire.trainer.network.Mode;
import io.featherwire.trainer.network.OneCycle;
import io.featherwire.trainer.network.Optimizer;
import java.util.Arrays;
import java.util.List;

/** Trains only a head, on cached features of an imported backbone. */
final class HeadTraining {
    private static final int EPOCHS = 10;
    private static final int BATCH = 64;
    private static final OneCycle SCHEDULE = new OneCycle(1e-3, 0.1);
    private static final double DECAY = 1e-2;
    private static final float DROPOUT = 0.3f;

    private HeadTraining() {}

    static List<DenseWeights> run(
            Features features, int[] labels, TensorShape shape, int hidden, int classes, long seed)
            throws InterruptedException {
        int batch = Math.min(BATCH, features.count());
        int perEpoch = features.count() / batch;
        try (NDManager manager = TorchEngine.createManager(seed);
                HeadNetwork head = new HeadNetwork(manager, shape.values(), hidden, classes, DROPOUT, seed);
                Optimizer optimizer = new AdamW(manager, head.parameters().weights(), DECAY);
                GradientWorkers workers = new GradientWorkers(1)) {
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                int[] order = Permutation.of(features.count(), seed + epoch);
                for (int step = 0; step < perEpoch; step++) {
                    int[] rows = Arrays.copyOfRange(order, step * batch, (step + 1) * batch);
                    double rate = SCHEDULE.rateAt((epoch * perEpoch + step) / (double) (EPOCHS * perEpoch));
                    workers.run(1, part -> {
                        trainStep(
                                manager,
                                head,
                                workers,
                                features.gather(rows, 0, batch),
                                select(labels, rows),
                                shape,
                                classes);
                        return part;
                    });
                    optimizer.step(rate);
                }
            }
            return head.weights();
        }
    }

    private static void trainStep(
            NDManager manager,
            HeadNetwork head,
            GradientWorkers workers,
            float[] values,
            int[] labels,
            TensorShape shape,
            int classes) {
        float[] targets = new float[labels.length * classes];
        for (int i = 0; i < labels.length; i++) {
            targets[i * classes + labels[i]] = -1f / labels.length;
        }
        try (NDManager scratch = manager.newSubManager()) {
            NDArray features =
                    scratch.create(values, new Shape(labels.length, shape.channels(), shape.height(), shape.width()));
            NDArray wanted = scratch.create(targets, new Shape(labels.length, classes));
            workers.backward(head.logits(features, Mode.TRAINING)
                    .logSoftmax(1)
                    .mul(wanted)
                    .sum());
        }
    }

    private static int[] select(int[] labels, int[] rows) {
        return Arrays.stream(rows).map(row -> labels[row]).toArray();
    }
}
