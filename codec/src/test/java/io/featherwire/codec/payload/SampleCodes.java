package io.featherwire.codec.payload;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes symbols like those of a trained bottleneck: most are 0, channels differ, neighbouring positions and channels
 * are similar.
 */
final class SampleCodes {

    private SampleCodes() {}

    /** {@code spread} is the typical size of a symbol: 0.3 gives mostly zeros, 5 gives few. */
    static List<int[]> of(TensorShape shape, int count, double spread, long seed) {
        Random random = new Random(seed);
        List<int[]> codes = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            int[] symbols = new int[shape.values()];
            double mood = random.nextGaussian();
            for (int c = 0; c < shape.channels(); c++) {
                double previous = random.nextGaussian();
                double scale = spread * (0.2 + c % 5 * 0.4);
                for (int p = 0; p < shape.plane(); p++) {
                    previous = 0.7 * previous + 0.7 * random.nextGaussian();
                    symbols[c * shape.plane() + p] = (int) Math.round(scale * (previous + (c % 3 - 1) * mood));
                }
            }
            codes.add(symbols);
        }
        return codes;
    }
}
