package io.featherwire.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.codec.image.ImagePreprocessor;
import io.featherwire.codec.image.InputSpec;
import io.featherwire.codec.image.RgbImage;
import io.featherwire.datasets.ImageArray;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatcherTest {

    private static final Normalisation NORMALISATION =
            new Normalisation(List.of(0.49, 0.48, 0.45), List.of(0.25, 0.24, 0.26));

    @ParameterizedTest
    @CsvSource({"32, 32", "32, 96", "20, 64", "32, 224"})
    void shouldPrepareImagesAsTheCodecDoes(int side, int inputSize) {
        // Given
        ImageArray table = random(side, 2);
        ImagePreprocessor production = new ImagePreprocessor(
                InputSpec.bilinear(inputSize, List.of(0.49f, 0.48f, 0.45f), List.of(0.25f, 0.24f, 0.26f)));
        // When
        ImageBatch batch = new Batcher(table, NORMALISATION, inputSize, Augmentation.NONE, 0).plainBatch(1, 1);
        // Then
        float[] expected = production.preprocess(new RgbImage(side, side, table.pixels()[1]));
        assertThat(batch.images()).usingComparatorWithPrecision(1e-4f).containsExactly(expected);
    }

    @Test
    void shouldShowEveryImageOncePerEpochInAnOrderOfTheSeed() {
        ImageArray table = random(8, 30);
        Batcher batcher = new Batcher(table, NORMALISATION, 32, Augmentation.NONE, 4);
        int[] first = batcher.trainingBatch(0, 30).labels();
        int[] second = batcher.trainingBatch(30, 30).labels();
        assertThat(sorted(first)).isEqualTo(sorted(table.labels())).isEqualTo(sorted(second));
        assertThat(first).isNotEqualTo(second);
        assertThat(new Batcher(table, NORMALISATION, 32, Augmentation.NONE, 4)
                        .trainingBatch(0, 30)
                        .labels())
                .isEqualTo(first);
        // A batch across two epochs holds the end of the first and the beginning of the second.
        int[] across = batcher.trainingBatch(20, 20).labels();
        assertThat(Arrays.copyOfRange(across, 0, 10)).isEqualTo(Arrays.copyOfRange(first, 20, 30));
        assertThat(Arrays.copyOfRange(across, 10, 20)).isEqualTo(Arrays.copyOfRange(second, 0, 10));
    }

    @Test
    void shouldAugmentByPositionOnly() {
        ImageArray table = random(32, 10);
        Batcher batcher = new Batcher(table, NORMALISATION, 32, new Augmentation(4, true, 8, false), 4);
        assertThat(batcher.trainingBatch(0, 10).images())
                .isEqualTo(batcher.trainingBatch(0, 10).images())
                .isNotEqualTo(new Batcher(table, NORMALISATION, 32, new Augmentation(4, true, 8, false), 5)
                        .trainingBatch(0, 10)
                        .images());
    }

    @Test
    void shouldDistortImagesIntoValidImages() {
        ImageArray table = random(32, 10);
        Batcher plain = new Batcher(table, NORMALISATION, 32, Augmentation.NONE, 4);
        Batcher distorting = new Batcher(table, NORMALISATION, 32, Augmentation.strong(32), 4);
        ImageBatch distorted = distorting.trainingBatch(0, 10);
        assertThat(distorted.images())
                .isEqualTo(distorting.trainingBatch(0, 10).images())
                .isNotEqualTo(plain.trainingBatch(0, 10).images());
        assertThat(distorting.trainingLabels(0, 10)).isEqualTo(distorted.labels());
        for (int i = 0; i < distorted.images().length; i++) {
            int channel = i / (32 * 32) % 3;
            double pixel = distorted.images()[i] * NORMALISATION.std().get(channel)
                    + NORMALISATION.mean().get(channel);
            assertThat(pixel).isBetween(-1e-6, 1 + 1e-6);
        }
    }

    @Test
    void shouldChangeOnlyTheTintOfAGreyImage() {
        // A rotation cannot change an image of the mean colour. Only the light can.
        byte[] grey = new byte[3 * 32 * 32];
        Arrays.fill(grey, (byte) 127);
        ImageArray table = new ImageArray(32, new byte[][] {grey}, new int[] {0}, List.of("grey"));
        Normalisation mean =
                new Normalisation(List.of(127 / 255.0, 127 / 255.0, 127 / 255.0), List.of(0.25, 0.25, 0.25));
        float[] lit = new Batcher(table, mean, 32, new Augmentation(4, true, 0, true), 4)
                .trainingBatch(0, 1)
                .images();
        for (int c = 0; c < 3; c++) {
            float[] plane = Arrays.copyOfRange(lit, c * 32 * 32, (c + 1) * 32 * 32);
            for (float value : plane) {
                assertThat(value).isCloseTo(plane[0], within(1e-5f));
            }
        }
    }

    @Test
    void shouldSplitABatchWithoutLosingAnImage() {
        ImageBatch batch = new Batcher(random(32, 40), NORMALISATION, 32, Augmentation.NONE, 0).plainBatch(0, 35);
        List<ImageBatch> parts = batch.split(2);
        assertThat(parts).extracting(ImageBatch::count).containsExactly(17, 18);
        assertThat(parts.get(1).images())
                .isEqualTo(Arrays.copyOfRange(batch.images(), 17 * 3 * 32 * 32, 35 * 3 * 32 * 32));
        assertThat(parts.get(1).labels()).isEqualTo(Arrays.copyOfRange(batch.labels(), 17, 35));
        assertThat(batch.split(4)).hasSize(2);
    }

    private static int[] sorted(int[] values) {
        int[] copy = values.clone();
        Arrays.sort(copy);
        return copy;
    }

    private static ImageArray random(int side, int count) {
        Random random = new Random(side);
        byte[][] pixels = new byte[count][3 * side * side];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            random.nextBytes(pixels[i]);
            labels[i] = i;
        }
        return new ImageArray(side, pixels, labels, List.of("one", "other"));
    }
}
