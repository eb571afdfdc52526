package io.featherwire.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.featherwire.bundler.export.ConvWeights;
import io.featherwire.bundler.export.Parity;
import io.featherwire.trainer.TorchEngine;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Net2WiderTest {

    private static final VggShape NARROW = new VggShape(96, 0.125, 16, 5);
    private static final VggShape WIDE = new VggShape(96, 0.25, 24, 5);

    @Test
    void shouldComputeWhatTheNarrowNetworkDoes() {
        try (NDManager manager = TorchEngine.createManager(1);
                Vgg16 narrow = new Vgg16(manager, NARROW, 0, 1);
                Vgg16 wide = new Vgg16(manager, WIDE, 0, 2)) {
            unsettle(narrow);
            NDArray images = images(manager, 8, 1);
            Net2Wider widening = Net2Wider.of(narrow.backboneWeights(), narrow.headWeights(), WIDE, 3);
            wide.setWeights(widening.convolutions(), widening.head(), images.duplicate());
            // On other images than those of the statistics
            NDArray others = images(manager, 4, 2);
            float[] expected = narrow.logits(others, Mode.INFERENCE).toFloatArray();
            float[] actual = wide.logits(others, Mode.INFERENCE).toFloatArray();
            assertThat(Parity.requireWithin("logits", expected, actual, Parity.LOGITS_TOLERANCE))
                    .isLessThan(1e-3);
            assertThat(expected[0]).isNotEqualTo(expected[WIDE.classes()]);
            // And in training mode, which uses the batch's own statistics
            float[] training =
                    wide.logits(images, Mode.TRAINING_FIXED_STATISTICS).toFloatArray();
            float[] measured = narrow.logits(images, Mode.INFERENCE).toFloatArray();
            Parity.requireWithin("logits", measured, training, Parity.LOGITS_TOLERANCE);
        }
    }

    @Test
    void shouldMakeRepeatedChannelsDiffer() {
        try (NDManager manager = TorchEngine.createManager(1);
                Vgg16 narrow = new Vgg16(manager, NARROW, 0, 1)) {
            Net2Wider widening = Net2Wider.of(narrow.backboneWeights(), narrow.headWeights(), WIDE, 3);
            ConvWeights last = widening.convolutions().get(12);
            assertThat(last.out()).isEqualTo(WIDE.featureChannels());
            assertThat(last.in()).isEqualTo(WIDE.outputChannels(11));
            int fan = last.in() * 9;
            long different = java.util.stream.IntStream.range(0, last.out())
                    .mapToObj(o -> Arrays.hashCode(Arrays.copyOfRange(last.weight(), o * fan, (o + 1) * fan)))
                    .distinct()
                    .count();
            assertThat(different).isEqualTo(last.out());
        }
    }

    @Test
    void shouldRejectANarrowerShape() {
        try (NDManager manager = TorchEngine.createManager(1);
                Vgg16 wide = new Vgg16(manager, WIDE, 0, 1)) {
            assertThatThrownBy(() -> Net2Wider.of(wide.backboneWeights(), wide.headWeights(), NARROW, 3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has 32 channels, but the wider network has only 16");
            assertThatThrownBy(() ->
                            Net2Wider.of(wide.backboneWeights(), wide.headWeights(), new VggShape(96, 0.25, 24, 7), 3))
                    .hasMessageContaining("5 classes, the data has 7");
            assertThatThrownBy(() ->
                            Net2Wider.of(wide.backboneWeights(), wide.headWeights(), new VggShape(64, 0.25, 24, 5), 3))
                    .hasMessageContaining("1152 inputs; at input size 64 it must have 3 layers and 512 inputs");
        }
    }

    private static void unsettle(Vgg16 network) {
        Random random = new Random(7);
        Map<String, float[]> values = new HashMap<>(network.parameters().values());
        values.forEach((name, array) -> {
            if (!name.endsWith(".weight")) {
                for (int i = 0; i < array.length; i++) {
                    array[i] = (float)
                            (name.endsWith(".gamma") || name.endsWith(".variance")
                                    ? 0.5 + random.nextDouble()
                                    : random.nextGaussian() / 4);
                }
            }
        });
        network.parameters().restore(values);
    }

    private static NDArray images(NDManager manager, int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count * 3 * 96 * 96];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, new Shape(count, 3, 96, 96));
    }
}
