package io.featherwire.evaluation.utility;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Artificial features of several classes: a centroid per class, variance in a few directions, a little noise, clipped
 * at 0 as by a ReLU.
 */
final class SyntheticFeatures {

    static final int LENGTH = 48;
    static final List<String> CODEC = names("seen", 6);
    static final List<String> HEADS = names("unseen", 4);
    private static final int HIDDEN = 10;

    private final float[][] directions = new float[HIDDEN][LENGTH];
    private final float[][] centroids = new float[CODEC.size() + HEADS.size()][HIDDEN];

    SyntheticFeatures() {
        Random random = new Random(5);
        for (float[] direction : directions) {
            fill(random, direction, 1);
        }
        for (float[] centroid : centroids) {
            fill(random, centroid, 0.5);
        }
    }

    private static List<String> names(String prefix, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(prefix + i);
        }
        return names;
    }

    private static void fill(Random random, float[] values, double deviation) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
    }

    FloatMatrix of(int firstClass, int classes, int each, long seed) {
        Random random = new Random(seed);
        float[] values = new float[classes * each * LENGTH];
        float[] hidden = new float[HIDDEN];
        for (int row = 0; row < classes * each; row++) {
            fill(random, hidden, 0.35);
            for (int k = 0; k < HIDDEN; k++) {
                hidden[k] = (hidden[k] + centroids[firstClass + row / each][k]) / (1 + k / 3f);
            }
            for (int i = 0; i < LENGTH; i++) {
                double value = 0.3 + 0.05 * random.nextGaussian();
                for (int k = 0; k < HIDDEN; k++) {
                    value += hidden[k] * directions[k][i];
                }
                values[row * LENGTH + i] = (float) Math.max(0, value);
            }
        }
        return new FloatMatrix(values, LENGTH);
    }

    static int[] labels(int classes, int each) {
        int[] labels = new int[classes * each];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i / each;
        }
        return labels;
    }

    UtilityData data(int codecEach, int headEach, int testEach) {
        ClassSplit lists = ClassSplitBuilder.builder()
                .name("made")
                .images("made")
                .trainingImages(codecEach)
                .testImages(testEach)
                .seeds(List.of(1, 2, 3))
                .fewShot(List.of(5))
                .codec(CODEC)
                .heads(HEADS)
                .build();
        int heads = HEADS.size();
        return new UtilityData(
                "made features",
                lists,
                ImageSubset.of(of(0, CODEC.size(), codecEach, 1), new int[0]),
                ImageSubset.of(of(CODEC.size(), heads, headEach, 2), labels(heads, headEach)),
                ImageSubset.of(of(CODEC.size(), heads, testEach, 3), labels(heads, testEach)),
                null);
    }
}
