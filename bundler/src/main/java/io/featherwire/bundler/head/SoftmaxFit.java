package io.featherwire.bundler.head;

import java.util.Arrays;
import java.util.Random;

/**
 * Fits a softmax regression with mini-batches, along a path of decreasing L2 regularisation: each fit starts from the
 * previous result, until the validation loss no longer improves.
 */
final class SoftmaxFit implements AutoCloseable {

    /** Receives the progress of each epoch. */
    interface Listener {
        void afterEpoch(int epoch, int max, double l2, HeadEvaluation validation);
    }

    /**
     * The result of a fit.
     *
     * @param head the head, for features that are not standardised
     * @param validation the scores of the best epoch
     * @param l2 the L2 regularisation of the best epoch
     * @param epochs the number of epochs that were run
     */
    record Result(LinearHead head, HeadEvaluation validation, double l2, int epochs) {}

    private static final int LARGEST_BATCH = 256;
    private static final int SMALLEST_BATCH = 16;
    /** The minimum number of steps in an epoch; with few rows the batches are smaller. */
    private static final int STEPS = 32;

    private static final double LARGEST_RATE = 0.05;
    private static final double[] PATH = {3e-2, 3e-3, 3e-4, 3e-5};
    /** The number of halvings of the learning rate before a fit ends. */
    private static final int HALVINGS = 2;
    /** The minimum relative improvement of the loss. */
    private static final double GAIN = 1e-3;

    private static final float MAX_WEIGHT = 20;

    private final LabelledFeatures features;
    private final int[] training;
    private final int[] validation;
    private final HeadFitOptions options;
    private final Listener listener;
    private final FeatureStandardisation scaling;
    private final float[] classWeights;
    private final SoftmaxStep step;
    private final float[] row;
    private final int batch;

    private float[] weights;
    private float[] bias;
    private int epochs;

    private SoftmaxFit(
            LabelledFeatures features, int[] training, int[] validation, HeadFitOptions options, Listener listener) {
        this.features = features;
        this.training = training.clone();
        this.validation = validation;
        this.options = options;
        this.listener = listener;
        int classes = features.classes().size();
        scaling = FeatureStandardisation.of(features, training);
        classWeights = classWeights(features, training, options.balanced());
        batch = Math.max(SMALLEST_BATCH, Math.min(LARGEST_BATCH, training.length / STEPS));
        step = new SoftmaxStep(batch, features.length(), classes);
        row = new float[features.length()];
        weights = new float[features.length() * classes];
        bias = new float[classes];
    }

    static Result fit(
            LabelledFeatures features, int[] training, int[] validation, HeadFitOptions options, Listener listener) {
        try (SoftmaxFit fit = new SoftmaxFit(features, training, validation, options, listener)) {
            return fit.run();
        }
    }

    private static float[] classWeights(LabelledFeatures features, int[] rows, boolean balanced) {
        float[] weights = new float[features.classes().size()];
        if (!balanced) {
            Arrays.fill(weights, 1);
            return weights;
        }
        int[] counts = new int[weights.length];
        for (int index : rows) {
            counts[features.labels()[index]]++;
        }
        for (int k = 0; k < weights.length; k++) {
            weights[k] = Math.min(MAX_WEIGHT, (float) rows.length / (weights.length * Math.max(1, counts[k])));
        }
        return weights;
    }

    private Result run() {
        Random random = new Random(options.seed());
        HeadEvaluation best = evaluate();
        Result found = new Result(foldStandardisation(), best, PATH[0], 0);
        for (double l2 : PATH) {
            float[] startWeights = weights.clone();
            float[] startBias = bias.clone();
            double before = found.validation().logLoss();
            double pathBest = Double.POSITIVE_INFINITY;
            double rate = Math.min(LARGEST_RATE, 1.0 / features.length());
            Adam ofWeights = new Adam(weights.length);
            Adam ofBias = new Adam(bias.length);
            int halvings = 0;
            while (halvings <= HALVINGS && epochs < options.epochs()) {
                runEpoch(random, ofWeights, ofBias, l2, rate);
                HeadEvaluation now = evaluate();
                listener.afterEpoch(epochs, options.epochs(), l2, now);
                if (now.logLoss() < pathBest * (1 - GAIN)) {
                    pathBest = now.logLoss();
                    startWeights = weights.clone();
                    startBias = bias.clone();
                } else {
                    rate /= 2;
                    halvings++;
                }
                if (now.logLoss() < found.validation().logLoss()) {
                    found = new Result(foldStandardisation(), now, l2, epochs);
                }
            }
            weights = startWeights;
            bias = startBias;
            if (pathBest > before * (1 - GAIN) || epochs >= options.epochs()) {
                break;
            }
        }
        return new Result(found.head(), found.validation(), found.l2(), epochs);
    }

    private LinearHead foldStandardisation() {
        return scaling.fold(new LinearHead(weights.clone(), bias.clone()));
    }

    private void runEpoch(Random random, Adam ofWeights, Adam ofBias, double l2, double rate) {
        epochs++;
        for (int i = training.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = training[i];
            training[i] = training[j];
            training[j] = swapped;
        }
        float[] gradient = new float[weights.length];
        float[] biasGradient = new float[bias.length];
        for (int from = 0; from < training.length; from += batch) {
            int count = Math.min(batch, training.length - from);
            fillBatch(training, from, count);
            step.setParameters(weights, bias);
            step.computeGradients(count, gradient, biasGradient);
            ofWeights.step(weights, gradient, 1f / count, (float) l2, rate);
            ofBias.step(bias, biasGradient, 1f / count, 0, rate);
        }
    }

    private void fillBatch(int[] rows, int from, int count) {
        for (int slot = 0; slot < count; slot++) {
            int index = rows[from + slot];
            int label = features.labels()[index];
            scaling.standardise(features.values(), index, row);
            step.setRow(slot, row, label, classWeights[label]);
        }
    }

    private HeadEvaluation evaluate() {
        step.setParameters(weights, bias);
        int classes = bias.length;
        float[] probabilities = new float[validation.length * classes];
        int[] labels = new int[validation.length];
        for (int from = 0; from < validation.length; from += batch) {
            int count = Math.min(batch, validation.length - from);
            fillBatch(validation, from, count);
            System.arraycopy(step.computeProbabilities(count), 0, probabilities, from * classes, count * classes);
            for (int i = from; i < from + count; i++) {
                labels[i] = features.labels()[validation[i]];
            }
        }
        return HeadEvaluation.of(probabilities, labels, classWeights);
    }

    @Override
    public void close() {
        step.close();
    }
}
