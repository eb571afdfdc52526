package io.featherwire.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.featherwire.trainer.TorchEngine;
import org.junit.jupiter.api.Test;

class ParametersTest {

    @Test
    void shouldDetectAndClearGradientsThatAreNotFinite() throws Exception {
        try (NDManager manager = TorchEngine.createManager(1);
                GradientWorkers workers = new GradientWorkers(1);
                Parameters parameters = new Parameters(manager, 1)) {
            NDArray weight = parameters.addVector("weight", 2, 1);

            // When
            backward(workers, weight, manager.create(new float[] {1, Float.NaN}));

            // Then
            assertThat(parameters.hasFiniteGradients()).isFalse();

            // When
            parameters.clearGradients();
            backward(workers, weight, manager.create(new float[] {2, 2}));

            // Then
            assertThat(parameters.hasFiniteGradients()).isTrue();
            assertThat(weight.getGradient().toFloatArray()).containsExactly(2, 2);
        }
    }

    private static void backward(GradientWorkers workers, NDArray weight, NDArray factors) throws InterruptedException {
        workers.run(1, part -> {
            workers.backward(weight.mul(factors).sum());
            return part;
        });
    }
}
