package io.featherwire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleWriter;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.testing.TinyBundle;
import java.awt.Color;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoundTripTest {

    @TempDir
    private Path directory;

    private Bundle bundle;
    private FeatureCompressor compressor;
    private PayloadClassifier classifier;

    @BeforeEach
    void open() throws Exception {
        bundle = TinyBundle.write(directory);
        compressor = FeatureCompressor.open(bundle, Device.CPU, FeatureCompressor.Options.DEFAULT.withMaxBatch(4));
        classifier = PayloadClassifier.open(bundle, Device.CPU, PayloadClassifier.Options.DEFAULT.withMaxBatch(3));
    }

    @AfterEach
    void close() {
        compressor.close();
        classifier.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldClassifyByTheStrongestColourInEveryMode(PayloadMode mode) throws Exception {
        // Given
        List<float[]> images = List.of(
                compressor.prepare(TinyBundle.image(200, 10, 10)),
                compressor.prepare(TinyBundle.file(ImageEncoding.JPEG, 50, 20, Color.GREEN)),
                compressor.prepare(TinyBundle.file(ImageEncoding.PNG, 8, 8, Color.BLUE)));

        // When
        List<Prediction> predictions = new ArrayList<>();
        try (FeatureCompressor other =
                FeatureCompressor.open(bundle, Device.CPU, FeatureCompressor.Options.DEFAULT.withMode(mode))) {
            for (byte[] payload : other.compress(images).payloads()) {
                predictions.addAll(classifier.classify(List.of(classifier.decode(payload))));
            }
        }

        // Then
        assertThat(predictions).extracting(Prediction::classIndex).containsExactly(0, 1, 2);
    }

    @Test
    void shouldKeepThePredictionThatRoundingWouldChange() throws Exception {
        // Given: an image with slightly more green than red, which round to the same symbol
        float[] image = compressor.prepare(TinyBundle.image(100, 104, 20));
        FeatureCompressor.Options searching =
                FeatureCompressor.Options.DEFAULT.withFurtherModes(Set.of(PayloadMode.values()));

        try (FeatureCompressor with = FeatureCompressor.open(bundle, Device.CPU, searching);
                FeatureCompressor without = FeatureCompressor.open(bundle, Device.CPU, searching.withSearch(false))) {
            CompressedBatch all = with.compress(List.of(image));
            CompressedBatch plain = without.compress(List.of(image));
            assertThat(all.payloads()).isEqualTo(all.payloads(all.mode()));
            for (PayloadMode mode : List.of(PayloadMode.PACKED, PayloadMode.ENTROPY)) {
                // When
                byte[] rounded = plain.payloads(mode).get(0);
                byte[] searched = all.payloads(mode).get(0);

                // Then
                assertThat(classifier.classify(List.of(classifier.decode(rounded))))
                        .extracting(Prediction::classIndex)
                        .containsExactly(0);
                assertThat(classifier.classify(List.of(classifier.decode(searched))))
                        .extracting(Prediction::classIndex)
                        .containsExactly(1);
            }
            assertThat(all.payloads(PayloadMode.U8).get(0))
                    .isEqualTo(plain.payloads(PayloadMode.U8).get(0));
        }
    }

    @Test
    void shouldReturnOnlyWhatTheOptionsRequest() throws Exception {
        // Given
        FeatureCompressor.Options rounding = FeatureCompressor.Options.DEFAULT.withSearch(false);
        List<float[]> images = randomImages(5);

        try (FeatureCompressor plain = FeatureCompressor.open(bundle, Device.CPU, rounding)) {
            // When
            CompressedBatch batch = plain.compress(images);

            // Then
            assertThat(batch.payloads()).hasSize(5);
            assertThat(batch.codes()).hasSize(5);
            assertThat(batch.features()).isEmpty();
            assertThat(batch.predictions()).isEmpty();
            assertThat(plain.compress(List.of()).payloads()).isEmpty();
            assertThatThrownBy(() -> batch.payloads(PayloadMode.F32))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("f32");
        }
    }

    @Test
    void shouldGiveEachImageTheSamePayloadInABatchOfAnySize() throws Exception {
        // Given
        List<float[]> images = randomImages(11);

        // When
        List<byte[]> together = compressor.compress(images).payloads();

        // Then
        for (int i = 0; i < images.size(); i++) {
            assertThat(together.get(i))
                    .isEqualTo(compressor
                            .compress(List.of(images.get(i)))
                            .payloads()
                            .get(0));
        }
    }

    @Test
    void shouldLimitEachPayloadToTheTargetOfItsImageInABatchOfAnySize() throws Exception {
        // Given: graph runs of up to 4 images
        FeatureCompressor.Options options = FeatureCompressor.Options.DEFAULT.withMaxBatch(4);
        List<float[]> images = randomImages(24);
        int[] targets =
                IntStream.range(0, 24).map(i -> List.of(0, 6, 4).get(i % 3)).toArray();
        try (FeatureCompressor all = FeatureCompressor.open(bundle, Device.CPU, options);
                FeatureCompressor six = FeatureCompressor.open(bundle, Device.CPU, options.withTargetBytes(6));
                FeatureCompressor four = FeatureCompressor.open(bundle, Device.CPU, options.withTargetBytes(4))) {
            // When
            List<byte[]> together = all.compress(images, targets).payloads();
            List<byte[]> ofOptions = four.compress(images, targets).payloads();

            // Then
            int changed = 0;
            for (int i = 0; i < images.size(); i++) {
                List<float[]> image = images.subList(i, i + 1);
                FeatureCompressor alone = List.of(all, six, four).get(i % 3);
                assertThat(together.get(i))
                        .isEqualTo(alone.compress(image).payloads().get(0))
                        .isEqualTo(ofOptions.get(i));
                changed += Arrays.equals(
                                together.get(i), all.compress(image).payloads().get(0))
                        ? 0
                        : 1;
            }
            assertThat(changed).isGreaterThan(3);
            assertThatThrownBy(() -> all.compress(images, Arrays.copyOf(targets, 23)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("23 targets for 24 images");
        }
    }

    @Test
    void shouldRefuseATargetForABundleWithoutTables() throws Exception {
        Bundle plain = BundleWriter.write(directory, TinyBundle.manifestWithoutTables("plain"));

        assertThatThrownBy(() -> FeatureCompressor.open(
                        plain, Device.CPU, FeatureCompressor.Options.DEFAULT.withTargetBytes(60)))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("target of 60 bytes");
    }

    @Test
    void shouldApplyTheOrientationThatTheBundlePrescribes() throws Exception {
        // Given: an image with red above green, stored on its side
        byte[] rgb = new byte[3 * 8 * 8];
        byte[] lying = new byte[3 * 8 * 8];
        for (int i = 0; i < 64; i++) {
            rgb[3 * i + i / 32] = (byte) 200;
            lying[3 * i + i % 8 / 4] = (byte) 200;
        }
        EncodedImage turned = TinyBundle.turned(lying, 6);
        Bundle old = BundleWriter.write(directory, TinyBundle.manifestOfBefore("old"));

        // When, Then
        assertThat(compressor.prepare(turned))
                .isEqualTo(compressor.prepare(new EncodedImage(ImageEncoding.RGB8, 8, 8, rgb)));
        try (FeatureCompressor before =
                FeatureCompressor.open(old, Device.CPU, FeatureCompressor.Options.DEFAULT.withMaxBatch(4))) {
            assertThat(before.prepare(turned))
                    .isEqualTo(before.prepare(new EncodedImage(ImageEncoding.RGB8, 8, 8, lying)));
        }
    }

    @Test
    void shouldGiveFeaturesAndPredictionsOfTheSameRun() throws Exception {
        // Given
        List<float[]> images =
                List.of(compressor.prepare(TinyBundle.image(90, 8, 7)), compressor.prepare(TinyBundle.image(9, 80, 7)));
        FeatureCompressor.Options more =
                FeatureCompressor.Options.DEFAULT.withFeatures(true).withPredictions(true);

        // When
        CompressedBatch result;
        try (FeatureCompressor other = FeatureCompressor.open(bundle, Device.CPU, more)) {
            result = other.compress(images);
        }

        // Then
        assertThat(result.features()).hasSize(2);
        assertThat(result.predictions()).extracting(Prediction::classIndex).containsExactly(0, 1);
        assertThat(result.features().get(1)).containsExactly(result.codes().get(1), within(1e-6f));
        assertThat(result.payloads().get(1))
                .isEqualTo(compressor.compress(images.subList(1, 2)).payloads().get(0));
        assertThat(classifier.classifyFeatures(result.features()))
                .extracting(Prediction::classIndex)
                .containsExactly(0, 1);
    }

    @Test
    void shouldPadBatchesOnCudaOnly() {
        Device cuda = Device.parse("cuda");
        assertThat(BatchRunner.paddedSize(Device.CPU, 5, 32)).isEqualTo(5);
        assertThat(BatchRunner.paddedSize(cuda, 5, 32)).isEqualTo(8);
        assertThat(BatchRunner.paddedSize(cuda, 8, 32)).isEqualTo(8);
        assertThat(BatchRunner.paddedSize(cuda, 17, 20)).isEqualTo(20);
        assertThat(BatchRunner.paddedSize(cuda, 1, 1)).isEqualTo(1);
        assertThat(BatchRunner.splitRows(new float[] {1, 2, 3, 4, 5, 6}, 3, 2))
                .containsExactly(new float[] {1, 2}, new float[] {3, 4});
    }

    @Test
    void shouldServeManyThreadsAtOnce() throws Exception {
        // Given
        List<float[]> images = randomImages(40);
        List<byte[]> expected = compressor.compress(images).payloads();
        ExecutorService pool = Executors.newFixedThreadPool(4);

        // When
        List<Callable<List<byte[]>>> tasks = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            tasks.add(() -> compressor.compress(images).payloads());
        }
        List<Future<List<byte[]>>> results = pool.invokeAll(tasks);
        pool.shutdown();

        // Then
        for (Future<List<byte[]>> result : results) {
            assertThat(result.get()).usingElementComparator(Arrays::compare).isEqualTo(expected);
        }
    }

    @Test
    void shouldReturnProbabilitiesThatSumToOneAndRankClasses() throws Exception {
        // Given
        float[] code = {2, 2, 2, 2, -1, -1, -1, -1, 0, 0, 0, 0};

        // When
        Prediction prediction = classifier.classify(List.of(code)).get(0);

        // Then
        double sum = 0;
        for (float p : prediction.probabilities()) {
            sum += p;
        }
        assertThat(sum).isCloseTo(1, within(1e-6));
        assertThat(prediction.top(2)).containsExactly(0, 2);
        assertThat((double) prediction.probability()).isCloseTo(1 / (1 + Math.exp(-3) + Math.exp(-2)), within(1e-6));
    }

    @Test
    void shouldRefuseAPayloadOfAnotherShape() {
        assertThatThrownBy(() -> classifier.decode(new byte[] {9, 1, 2, 3}))
                .isInstanceOfSatisfying(PayloadException.class, e -> assertThat(e.reason())
                        .isEqualTo(PayloadException.Reason.WRONG_LENGTH));
    }

    @Test
    void shouldRefuseAModeThatTheBundleDoesNotOffer() throws Exception {
        Bundle plain = BundleWriter.write(directory, TinyBundle.manifestWithoutTables("plain"));

        assertThatThrownBy(() -> FeatureCompressor.open(
                        plain, Device.CPU, FeatureCompressor.Options.DEFAULT.withMode(PayloadMode.ENTROPY)))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("entropy");
    }

    private List<float[]> randomImages(int count) throws Exception {
        Random random = new Random(5);
        List<float[]> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(compressor.prepare(
                    TinyBundle.image(random.nextInt(256), random.nextInt(256), random.nextInt(256))));
        }
        return images;
    }
}
