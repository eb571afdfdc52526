package io.featherwire.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.featherwire.trainer.TorchEngine;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogisticPriorTest {

    @Test
    void shouldSpendNoBitsOnAZeroChannelAndKeepItsGradientSmall() throws Exception {
        try (NDManager manager = TorchEngine.createManager(1);
                GradientWorkers workers = new GradientWorkers(1);
                Parameters parameters = new Parameters(manager, 1)) {
            LogisticPrior prior = new LogisticPrior(parameters, 1);
            // Given: a scale that the optimiser has decreased far
            parameters.restore(Map.of("prior.mean", new float[] {0}, "prior.logScale", new float[] {-12}));
            int count = 100_000;
            NDArray code = manager.zeros(new Shape(count, 1, 1, 1));
            code.setRequiresGradient(true);
            // When
            double bits = bits(workers, prior, code);
            // Then
            assertThat(bits / count).isLessThan(0.2);
            for (float gradient : code.getGradient().toFloatArray()) {
                assertThat(Math.abs(gradient)).isLessThan(100);
            }
        }
    }

    @Test
    void shouldPullBackACodeThatHasLeftItsPrior() throws Exception {
        try (NDManager manager = TorchEngine.createManager(1);
                GradientWorkers workers = new GradientWorkers(1);
                Parameters parameters = new Parameters(manager, 1)) {
            LogisticPrior prior = new LogisticPrior(parameters, 2);
            parameters.restore(Map.of("prior.mean", new float[] {16, -3}, "prior.logScale", new float[] {-4, 30}));
            NDArray code = manager.create(new float[] {18, 500}).reshape(1, 2, 1, 1);
            code.setRequiresGradient(true);
            // When
            double bits = bits(workers, prior, code);
            // Then
            assertThat(bits).isBetween(50.0, 500.0);
            assertThat(code.getGradient().toFloatArray()[0]).isBetween(10f, 100f);
            assertThat(parameters.hasFiniteGradients()).isTrue();
        }
    }

    @Test
    void shouldEstimateTheBitsOfTheLogisticDistribution() throws Exception {
        try (NDManager manager = TorchEngine.createManager(1);
                GradientWorkers workers = new GradientWorkers(1);
                Parameters parameters = new Parameters(manager, 1)) {
            LogisticPrior prior = new LogisticPrior(parameters, 1);
            parameters.restore(Map.of("prior.mean", new float[] {0}, "prior.logScale", new float[] {5}));
            // When: the distribution is so wide that the noise hardly matters
            double bits = workers.run(1, part -> (double)
                            prior.bits(manager.zeros(new Shape(1, 1, 1, 1))).getFloat())
                    .get(0);
            // Then: density 1 / 4s at the mean
            assertThat(bits).isCloseTo(Math.log(4 * Math.exp(5)) / Math.log(2), within(0.01));
        }
    }

    /** Makes parameters with gradients. */
    private static double bits(GradientWorkers workers, LogisticPrior prior, NDArray code) throws InterruptedException {
        return workers.run(1, part -> {
                    NDArray all = prior.bits(code);
                    workers.backward(all);
                    return (double) all.getFloat();
                })
                .get(0);
    }
}
