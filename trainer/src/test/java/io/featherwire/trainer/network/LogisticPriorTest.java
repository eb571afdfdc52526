package io.featherwire.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.Torch;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogisticPriorTest {

    @Test
    void shouldChargeNothingForAChannelThatIsAlwaysZeroAndKeepItsGradientSmall() throws Exception {
        try (NDManager manager = Torch.manager(1);
                GradientWorkers workers = new GradientWorkers(1);
                Parameters parameters = new Parameters(manager, 1)) {
            LogisticPrior prior = new LogisticPrior(parameters, 1);
            // Given a scale that the optimiser has driven down for as long as it was left to
            parameters.restore(Map.of("prior.mean", new float[] {0}, "prior.logScale", new float[] {-12}));
            int count = 100_000;
            NDArray code = manager.zeros(new Shape(count, 1, 1, 1));
            code.setRequiresGradient(true);
            // When
            double bits = workers.run(1, part -> {
                        NDArray all = prior.bits(code);
                        workers.backward(all);
                        return (double) all.getFloat();
                    })
                    .get(0);
            // Then
            assertThat(bits / count).isLessThan(0.2);
            for (float gradient : code.getGradient().toFloatArray()) {
                assertThat(Math.abs(gradient)).isLessThan(100);
            }
        }
    }

    @Test
    void shouldTakeOnTheDistributionOfCodesAsTheyAre() throws Exception {
        try (NDManager manager = Torch.manager(1);
                Parameters parameters = new Parameters(manager, 1)) {
            // Given codes [2, 1, 1] that are logistic: the first around 5 with scale 3, the second around 0 with scale
            // 0.5
            LogisticPrior prior = new LogisticPrior(parameters, 2);
            Random random = new Random(4);
            float[] codes = new float[40_000];
            for (int i = 0; i < codes.length; i++) {
                double uniform = Math.min(1 - 1e-9, Math.max(1e-9, random.nextDouble()));
                double standard = Math.log(uniform / (1 - uniform));
                codes[i] = (float) (i % 2 == 0 ? 5 + 3 * standard : 0.5 * standard);
            }
            // When
            prior.fit(codes, new TensorShape(2, 1, 1));
            // Then means and scales are those, the noise's variance of 1/12 added
            float[] means = parameters.values().get("prior.mean");
            float[] logScales = parameters.values().get("prior.logScale");
            assertThat(means[0]).isCloseTo(5, within(0.1f));
            assertThat(means[1]).isCloseTo(0, within(0.02f));
            assertThat(Math.exp(logScales[0])).isCloseTo(3, within(0.1));
            assertThat(Math.exp(logScales[1])).isCloseTo(0.525, within(0.02));
        }
    }
}
