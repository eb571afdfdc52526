package io.featherwire.trainer.bottleneck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.featherwire.bundler.export.DenseWeights;
import io.featherwire.bundler.export.GraphRunner;
import io.featherwire.bundler.export.Parity;
import io.featherwire.bundler.export.Vgg16Networks;
import io.featherwire.bundler.export.WeightStorage;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.TorchEngine;
import io.featherwire.trainer.data.FeatureStore;
import io.featherwire.trainer.network.Autoencoder;
import io.featherwire.trainer.network.MlpHead;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BestLinearCodeTest {
    private static final TensorShape SHAPE = new TensorShape(16, 3, 3);
    private static final int CHANNELS = 4;
    private static final int COUNT = 400;
    private static final int CLASSES = 3;
    private static final double SCALE = 2.5;

    @TempDir
    Path directory;

    @Test
    void shouldInitialiseAnAutoencoderThatKeepsThePredictions() throws Exception {
        try (NDManager manager = TorchEngine.createManager(1);
                Autoencoder autoencoder = new Autoencoder(manager, SHAPE, Autoencoder.kernelSize(SHAPE), 1);
                MlpHead head = MlpHead.frozen(manager, List.of(head()))) {
            // Given: features, and a head that depends on two directions of one channel's nine positions
            float[] values = values();
            FeatureStore features = FeatureStore.create(directory, COUNT, SHAPE.values());
            for (int i = 0; i < COUNT; i++) {
                features.put(i, values, i * SHAPE.values());
            }

            // When: an autoencoder is initialised with the best linear code, with deviations 5 and 3 of the first
            // coefficients
            BestLinearCode start = BestLinearCode.of(manager, features, head, SHAPE, CHANNELS);
            autoencoder.setLinearCode(start.withDeviations(new float[] {5, 3, 1}), SCALE);
            NDArray raw = manager.create(values, new Shape(COUNT, 16, 3, 3));
            NDArray code = autoencoder.encode(raw.div((float) SCALE));
            float[] codes = code.toFloatArray();
            float[] logits = head.logits(raw).toFloatArray();
            float[] decoded =
                    head.logits(autoencoder.decode(code).mul((float) SCALE)).toFloatArray();

            // Then its predictions are those of the features, its code is spread so, and the last channel carries the
            // mean
            // alone
            for (int i = 0; i < logits.length; i++) {
                assertThat(decoded[i]).isCloseTo(logits[i], within(0.2f));
            }
            assertThat(deviation(codes, 0)).isCloseTo(5, within(0.1));
            assertThat(deviation(codes, 1)).isCloseTo(3, within(0.1));
            assertThat(deviation(codes, CHANNELS - 1)).isZero();
            assertThat(codes[CHANNELS - 1]).isEqualTo(Autoencoder.CONSTANT);
            assertThat(start.importance()[0]).isGreaterThan(start.importance()[1]);
            assertThat(start.importance()[1]).isGreaterThan(20 * start.importance()[2]);

            // And: the exported graphs compute the same values
            try (GraphRunner encode = GraphRunner.of(
                            Vgg16Networks.encoder(SHAPE, autoencoder.encoderWeights(SCALE)),
                            WeightStorage.FLOAT32,
                            directory);
                    GraphRunner decode = GraphRunner.of(
                            Vgg16Networks.decoder(autoencoder.codeShape(), autoencoder.decoderWeights(SCALE)),
                            WeightStorage.FLOAT32,
                            directory)) {
                float[] exported = encode.run(values);
                Parity.requireWithin("codes", codes, exported, 1e-3);
                Parity.requireWithin(
                        "features",
                        autoencoder.decode(code).mul((float) SCALE).toFloatArray(),
                        decode.run(exported),
                        1e-3);
            }
        }
    }

    private static double deviation(float[] codes, int channel) {
        double[] column = new double[COUNT];
        Arrays.setAll(column, i -> codes[i * CHANNELS + channel]);
        double mean = Arrays.stream(column).average().orElseThrow();
        return Math.sqrt(Arrays.stream(column)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow());
    }

    /** Non-negative features, with a different mean for each channel and position. */
    private static float[] values() {
        Random random = new Random(3);
        float[] means = new float[SHAPE.values()];
        for (int i = 0; i < means.length; i++) {
            means[i] = 3 + 2 * random.nextFloat();
        }
        float[] values = new float[COUNT * SHAPE.values()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(0, means[i % means.length] + (float) random.nextGaussian());
        }
        return values;
    }

    private static DenseWeights head() {
        float[] weights = new float[CLASSES * SHAPE.values()];
        for (int p = 0; p < SHAPE.plane(); p++) {
            weights[5 * SHAPE.plane() + p] = p < 4 ? 0.5f : 0;
            weights[SHAPE.values() + 5 * SHAPE.plane() + p] = p < 4 ? 0 : 0.5f;
        }
        return new DenseWeights(CLASSES, SHAPE.values(), weights, new float[] {-8, -10, 0});
    }
}
