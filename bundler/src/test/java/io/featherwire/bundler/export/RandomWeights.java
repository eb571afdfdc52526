package io.featherwire.bundler.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Weights from a seed, scaled so that values neither vanish nor explode. */
final class RandomWeights {

    private final Random random;

    RandomWeights(long seed) {
        random = new Random(seed);
    }

    float[] values(int count, double scale) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        return values;
    }

    ConvWeights conv(int in, int out, int kernel) {
        int fan = in * kernel * kernel;
        return new ConvWeights(out, in, kernel, values(out * fan, Math.sqrt(2.0 / fan)), values(out, 0.05));
    }

    DenseWeights dense(int in, int out) {
        return new DenseWeights(out, in, values(out * in, Math.sqrt(2.0 / in)), values(out, 0.05));
    }

    BatchNorm batchNorm(int channels) {
        float[] gamma = values(channels, 0.2);
        float[] variance = values(channels, 0.3);
        for (int c = 0; c < channels; c++) {
            gamma[c] += 1;
            variance[c] = Math.abs(variance[c]) + 0.5f;
        }
        return new BatchNorm(gamma, values(channels, 0.1), values(channels, 0.1), variance, 1e-5f);
    }

    List<ConvWeights> vgg16(double width) {
        int[] stageWidths = {64, 128, 256, 512, 512};
        List<ConvWeights> convs = new ArrayList<>();
        int in = 3;
        for (int s = 0; s < stageWidths.length; s++) {
            int out = (int) (stageWidths[s] * width);
            for (int i = 0; i < Vgg16Networks.STAGES.get(s); i++) {
                convs.add(conv(in, out, 3));
                in = out;
            }
        }
        return convs;
    }

    /** The paper's encoder: 1x1, 1x1, 3x3 without padding; the last with fine weights. */
    List<Layer.Conv> encoder(int feature) {
        int code = feature / 4;
        return List.of(
                new Layer.Conv(conv(feature, feature / 2, 1), 0, true),
                new Layer.Conv(conv(feature / 2, code, 1), 0, true),
                new Layer.Conv(conv(code, code, 3), 0, false).withFineWeights());
    }

    /** The decoder that mirrors the encoder: 3x3 with padding 2, 1x1, 1x1. */
    List<Layer.Conv> decoder(int feature) {
        return decoder(feature, 3);
    }

    /** The same decoder with a first kernel of another size. */
    List<Layer.Conv> decoder(int feature, int kernel) {
        int code = feature / 4;
        return List.of(
                new Layer.Conv(conv(code, code, kernel), kernel - 1, true),
                new Layer.Conv(conv(code, feature / 2, 1), 0, true),
                new Layer.Conv(conv(feature / 2, feature, 1), 0, true));
    }
}
