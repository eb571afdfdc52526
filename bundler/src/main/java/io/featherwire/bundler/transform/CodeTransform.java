package io.featherwire.bundler.transform;

import io.featherwire.bundler.transform.QuantiserChoice.Codes;
import java.util.Arrays;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * A basis of a code's channels in which equal quantiser steps change the predictions least: the Karhunen–Loève
 * transform in the metric of the head.
 *
 * <p>An error e in a code changes the head's posterior p by about ½·eᵀGe nats of Kullback–Leibler divergence. G =
 * E[Jᵀ(diag p − ppᵀ)J] is the Fisher information of the posterior about the channels, and J holds the derivatives of
 * the logits (the sensitivity matrix of Gardner and Rao 1995). In the coordinates t = Uᵀ·G^½·y an error costs the same
 * in every direction. U, the eigenvectors of the code's covariance in this metric, makes the channels uncorrelated. At
 * high rates, no linear transform is better than this one with the same step for all channels (Huang and Schultheiss
 * 1963). Directions that do not change the logits have so little variance that almost all their symbols are 0.
 *
 * <p>The transform is merged into the last layer of the encoder and the first layer of the decoder, so that the path of
 * floats computes the same values.
 *
 * @param matrix [C, C] row by row, from old channels to new channels, those with the largest variance in the metric
 *      first
 * @param inverse [C, C] row by row, from new channels to old channels; its columns have length 1
 * @param widths [C], steps of equal cost; their size is the root mean square deviation of the channels in the metric
 */
public record CodeTransform(float[] matrix, float[] inverse, float[] widths) {
    /** The number of codes with which the metric is measured. */
    private static final int SAMPLE = 512;

    /** The step of the finite differences, as a share of the code's root mean square deviation. */
    private static final double NUDGE = 0.05;

    /**
     * The minimum cost of an error in any direction, as a share of the average cost, since no direction is certain to
     * be irrelevant.
     */
    private static final double FLOOR = 0.01;

    /** Computes the transform from metric and covariance of training codes. */
    public static CodeTransform of(Codes codes) {
        int channels = codes.shape().channels();
        DMatrixRMaj covariance = covariance(codes);
        double spread = Math.sqrt(Math.max(1e-12, CommonOps_DDRM.trace(covariance) / channels));
        DMatrixRMaj metric = metric(codes, (float) (NUDGE * spread));
        double average = Math.max(1e-12, CommonOps_DDRM.trace(metric) / channels);
        for (int c = 0; c < channels; c++) {
            metric.add(c, c, FLOOR * average);
        }

        KarhunenLoeve transform = KarhunenLoeve.of(covariance.getData(), metric.getData(), channels);
        double[] matrix = transform.analysis();
        double[] inverse = transform.synthesis();
        double width = Math.sqrt(Arrays.stream(transform.importance()).sum() / channels);
        float[] widths = new float[channels];
        for (int c = 0; c < channels; c++) {
            double length = 0;
            for (int row = 0; row < channels; row++) {
                length += inverse[row * channels + c] * inverse[row * channels + c];
            }
            length = Math.sqrt(length);
            widths[c] = (float) (width * length / Math.sqrt(transform.importance()[c]));
            for (int i = 0; i < channels; i++) {
                matrix[c * channels + i] *= length;
                inverse[i * channels + c] /= length;
            }
        }
        return new CodeTransform(KarhunenLoeve.floats(matrix), KarhunenLoeve.floats(inverse), widths);
    }

    /** Returns G, averaged over a sample of codes and their positions. */
    private static DMatrixRMaj metric(Codes codes, float nudge) {
        int values = codes.shape().values();
        int plane = codes.shape().plane();
        int channels = codes.shape().channels();
        int classes = codes.classes();
        int all = codes.training().length / values;
        int count = Math.min(SAMPLE, all);
        float[] sample = new float[count * values];
        for (int i = 0; i < count; i++) {
            System.arraycopy(codes.training(), (int) ((long) i * all / count) * values, sample, i * values, values);
        }
        float[] logits = codes.classify().apply(sample);
        float[] nudges = randomOffsets(count * plane, nudge);
        float[][] derivatives = new float[channels][];
        for (int c = 0; c < channels; c++) {
            float[] moved = sample.clone();
            for (int i = 0; i < nudges.length; i++) {
                moved[i / plane * values + c * plane + i % plane] += nudges[i];
            }
            derivatives[c] = codes.classify().apply(moved);
            for (int i = 0; i < logits.length; i++) {
                derivatives[c][i] = (derivatives[c][i] - logits[i]) / nudge;
            }
        }
        DMatrixRMaj metric = new DMatrixRMaj(channels, channels);
        float[] posterior = new float[classes];
        for (int i = 0; i < count; i++) {
            Logits.softmax(logits, i, posterior);
            for (int a = 0; a < channels; a++) {
                for (int b = 0; b <= a; b++) {
                    double fisher = fisher(derivatives[a], derivatives[b], i * classes, posterior) / count / plane;
                    metric.add(a, b, fisher);
                    if (a != b) {
                        metric.add(b, a, fisher);
                    }
                }
            }
        }
        return metric;
    }

    /**
     * Returns an offset with a random sign for each code and position, equal for all channels. All positions of a
     * channel are changed at once; the cross terms of positions cancel over the sample.
     */
    private static float[] randomOffsets(int count, float size) {
        Random random = new Random(1);
        float[] nudges = new float[count];
        for (int i = 0; i < count; i++) {
            nudges[i] = random.nextBoolean() ? size : -size;
        }
        return nudges;
    }

    /** Returns aᵀ(diag p − ppᵀ)b, the covariance of two derivatives under the posterior. */
    private static double fisher(float[] a, float[] b, int from, float[] posterior) {
        double both = 0;
        double first = 0;
        double second = 0;
        for (int k = 0; k < posterior.length; k++) {
            both += posterior[k] * a[from + k] * b[from + k];
            first += posterior[k] * a[from + k];
            second += posterior[k] * b[from + k];
        }
        return both - first * second;
    }

    /** Returns the covariance of the channels at one position, over all training codes and positions. */
    private static DMatrixRMaj covariance(Codes codes) {
        int plane = codes.shape().plane();
        int channels = codes.shape().channels();
        float[] all = codes.training();
        DMatrixRMaj products = new DMatrixRMaj(channels, channels);
        double[] sums = new double[channels];
        for (int at = 0; at < all.length; at += channels * plane) {
            for (int a = 0; a < channels; a++) {
                for (int b = 0; b <= a; b++) {
                    double sum = 0;
                    for (int p = 0; p < plane; p++) {
                        sum += all[at + a * plane + p] * all[at + b * plane + p];
                    }
                    products.add(a, b, sum);
                }
                for (int p = 0; p < plane; p++) {
                    sums[a] += all[at + a * plane + p];
                }
            }
        }
        double count = (double) all.length / channels;
        for (int a = 0; a < channels; a++) {
            for (int b = 0; b <= a; b++) {
                double covariance = products.get(a, b) / count - sums[a] / count * (sums[b] / count);
                products.set(a, b, covariance);
                products.set(b, a, covariance);
            }
        }
        return products;
    }
}
