package io.featherwire.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.TorchEngine;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AutoencoderTest {
    private static final TensorShape FEATURE = new TensorShape(8, 4, 4);

    @Test
    void shouldDecodeTheSameFromACodeInAnotherBasis() {
        try (NDManager manager = TorchEngine.createManager(1);
                Autoencoder autoencoder = new Autoencoder(manager, FEATURE, Autoencoder.kernelSize(FEATURE), 1)) {
            // Given: a feature, its code [2, 2, 2] and the decoded feature
            NDArray feature = manager.create(positive(), new Shape(1, 8, 4, 4));
            float[] code = autoencoder.encode(feature).toFloatArray();
            float[] decoded = autoencoder.decode(autoencoder.encode(feature)).toFloatArray();

            // When: the code's two channels are transformed
            autoencoder.transformCode(new float[] {1, 1, 0, 2}, new float[] {1, -0.5f, 0, 0.5f});

            // Then: the code differs, and the decoded feature is equal
            NDArray after = autoencoder.encode(feature);
            float[] turned = after.toFloatArray();
            float[] again = autoencoder.decode(after).toFloatArray();
            for (int p = 0; p < 4; p++) {
                assertThat(turned[p]).isCloseTo(code[p] + code[4 + p], within(1e-5f));
                assertThat(turned[4 + p]).isCloseTo(2 * code[4 + p], within(1e-5f));
            }
            for (int i = 0; i < decoded.length; i++) {
                assertThat(again[i]).isCloseTo(decoded[i], within(1e-5f));
            }
        }
    }

    private static float[] positive() {
        Random random = new Random(2);
        float[] values = new float[FEATURE.values()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(0, (float) random.nextGaussian());
        }
        return values;
    }
}
