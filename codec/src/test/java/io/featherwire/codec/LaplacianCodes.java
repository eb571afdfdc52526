package io.featherwire.codec;

import io.featherwire.codec.payload.TensorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random codes of Laplacian values, whose standard deviation decreases from 4 to 0.1 over the values. */
public final class LaplacianCodes {

    private LaplacianCodes() {}

    public static List<float[]> of(TensorShape shape, int seed, int number) {
        Random random = new Random(seed);
        List<float[]> codes = new ArrayList<>();
        for (int n = 0; n < number; n++) {
            float[] code = new float[shape.values()];
            for (int c = 0; c < code.length; c++) {
                double deviation = 4 * Math.pow(0.025, c / (code.length - 1.0));
                double uniform = random.nextDouble() - 0.5;
                code[c] = (float)
                        (-Math.signum(uniform) * Math.log(1 - 2 * Math.abs(uniform)) * deviation / Math.sqrt(2));
            }
            codes.add(code);
        }
        return codes;
    }
}
