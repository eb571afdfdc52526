package io.featherwire.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.featherwire.bundler.export.GraphRunner;
import io.featherwire.bundler.export.Network;
import io.featherwire.bundler.export.Parity;
import io.featherwire.bundler.export.Vgg16Networks;
import io.featherwire.bundler.export.WeightStorage;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.TorchEngine;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Vgg16ExportTest {

    private static final VggShape SHAPE = new VggShape(32, 0.0625, 16, 5);

    @TempDir
    Path directory;

    @Test
    void shouldComputeTheSameLogitsOnceNormalisationIsFolded() throws Exception {
        try (NDManager manager = TorchEngine.createManager(1);
                Vgg16 network = new Vgg16(manager, SHAPE, 0.5f, 1)) {
            // Given: statistics and scales that change the values strongly
            unsettle(network.parameters());
            float[] images = noise(6 * 3 * 32 * 32, 3);
            NDArray input = manager.create(images, new Shape(6, 3, 32, 32));
            // When
            float[] trained = network.logits(input, Mode.INFERENCE).toFloatArray();
            Network backbone = Vgg16Networks.backbone(32, network.backboneWeights());
            Network head = Vgg16Networks.head(backbone.outputShape(), network.headWeights());
            float[] exported;
            try (GraphRunner features = GraphRunner.of(backbone, WeightStorage.FLOAT32, directory);
                    GraphRunner logits = GraphRunner.of(head, WeightStorage.FLOAT32, directory)) {
                exported = logits.run(features.run(images));
            }
            // Then
            assertThat(Parity.requireWithin("logits", trained, exported, Parity.LOGITS_TOLERANCE))
                    .isLessThan(1e-3);
            assertThat(trained[0]).isNotEqualTo(trained[SHAPE.classes()]);
        }
    }

    @Test
    void shouldRejectAnExportWithoutAChangedNormalisation() throws Exception {
        try (NDManager manager = TorchEngine.createManager(1);
                Vgg16 network = new Vgg16(manager, SHAPE, 0, 1)) {
            // Given: a network that was exported before its statistics changed
            Network backbone = Vgg16Networks.backbone(32, network.backboneWeights());
            unsettle(network.parameters());
            float[] images = noise(2 * 3 * 32 * 32, 3);
            NDArray input = manager.create(images, new Shape(2, 3, 32, 32));
            float[] trained = network.features(input, Mode.INFERENCE).toFloatArray();
            // When
            float[] exported;
            try (GraphRunner features = GraphRunner.of(backbone, WeightStorage.FLOAT32, directory)) {
                exported = features.run(images);
            }
            // Then
            assertThatThrownBy(() -> Parity.requireWithin("features", trained, exported, Parity.LOGITS_TOLERANCE))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "7, 3", "7, 7", "1, 1"})
    void shouldExportTheAutoencoderWithTheScaleFoldedIn(int side, int kernel) throws Exception {
        try (NDManager manager = TorchEngine.createManager(1);
                Autoencoder autoencoder = new Autoencoder(manager, new TensorShape(16, side, side), kernel, 1)) {
            double scale = 2.5;
            float[] features = noise(4 * 16 * side * side, 5);
            NDArray input =
                    manager.create(features, new Shape(4, 16, side, side)).div((float) scale);
            // When
            NDArray code = autoencoder.encode(input);
            float[] decoded = autoencoder.decode(code).mul((float) scale).toFloatArray();
            float[] exportedCode;
            float[] exported;
            try (GraphRunner encoder = GraphRunner.of(
                            Vgg16Networks.encoder(autoencoder.featureShape(), autoencoder.encoderWeights(scale)),
                            WeightStorage.FLOAT32,
                            directory);
                    GraphRunner decoder = GraphRunner.of(
                            Vgg16Networks.decoder(autoencoder.codeShape(), autoencoder.decoderWeights(scale)),
                            WeightStorage.FLOAT32,
                            directory)) {
                exportedCode = encoder.run(features);
                exported = decoder.run(exportedCode);
            }
            // Then
            Parity.requireWithin("codes", code.toFloatArray(), exportedCode, 1e-4);
            Parity.requireWithin("features", decoded, exported, 1e-4);
            assertThat(decoded).hasSize(features.length);
        }
    }

    @Test
    void shouldHaveThePapersCodeShapes() {
        try (NDManager manager = TorchEngine.createManager(1)) {
            assertThat(code(manager, 512, 7)).isEqualTo(new TensorShape(128, 5, 5));
            assertThat(code(manager, 512, 3)).isEqualTo(new TensorShape(128, 1, 1));
            assertThat(code(manager, 256, 3)).isEqualTo(new TensorShape(64, 1, 1));
            // Features too small for a 3x3 convolution keep their size.
            assertThat(code(manager, 64, 2)).isEqualTo(new TensorShape(16, 2, 2));
            assertThat(code(manager, 64, 1)).isEqualTo(new TensorShape(16, 1, 1));
        }
    }

    private static TensorShape code(NDManager manager, int channels, int side) {
        TensorShape shape = new TensorShape(channels, side, side);
        try (Autoencoder autoencoder = new Autoencoder(manager, shape, Autoencoder.kernelSize(shape), 1)) {
            return autoencoder.codeShape();
        }
    }

    private static void unsettle(Parameters parameters) {
        Random random = new Random(7);
        Map<String, float[]> values = new HashMap<>(parameters.values());
        values.forEach((name, array) -> {
            for (int i = 0; i < array.length; i++) {
                if (name.endsWith(".variance") || name.endsWith(".gamma")) {
                    array[i] = 0.5f + random.nextFloat();
                } else if (name.endsWith(".mean") || name.endsWith(".beta")) {
                    array[i] = random.nextFloat() - 0.4f;
                }
            }
        });
        parameters.restore(values);
    }

    private static float[] noise(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = Math.abs((float) random.nextGaussian());
        }
        return values;
    }
}
