package io.featherwire.trainer.bottleneck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.featherwire.bundler.export.DenseWeights;
import io.featherwire.bundler.export.GraphRunner;
import io.featherwire.bundler.export.Vgg16Networks;
import io.featherwire.bundler.export.WeightStorage;
import io.featherwire.bundler.transform.CodeTransform;
import io.featherwire.bundler.transform.Logits;
import io.featherwire.bundler.transform.QuantiserChoice;
import io.featherwire.bundler.transform.QuantiserChoiceCodesBuilder;
import io.featherwire.codec.payload.CodeFormat;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.SymbolCodec;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.ProgressListener;
import io.featherwire.trainer.StageProgress;
import io.featherwire.trainer.TorchEngine;
import io.featherwire.trainer.data.FeatureStore;
import io.featherwire.trainer.network.Autoencoder;
import io.featherwire.trainer.recipe.BottleneckSettings;
import io.featherwire.trainer.recipe.BottleneckSettingsBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BottleneckTest {

    private static final BottleneckSettings USUAL = BottleneckSettingsBuilder.builder()
            .kind("rate-aware")
            .epochs(16)
            .batch(16)
            .rate(0.005)
            .schedule("one-cycle")
            .featureWeight(20)
            .posteriorWeight(20)
            .labelWeight(0)
            .tuneEpochs(0)
            .tuneHead(false)
            .wholeFeature(false)
            .rdoq(0)
            .start("linear")
            .build();

    private static final int CLASSES = 4;
    private static final int COUNT = 256;
    private static final TensorShape SHAPE = new TensorShape(64, 3, 3);

    @TempDir
    Path directory;

    private final int[] labels = new int[COUNT];
    private final List<Double> losses = new ArrayList<>();

    @Test
    void shouldLearnToReconstructFeaturesAndKeepTheClasses() throws Exception {
        QuantiserChoice choice = trained(BottleneckSettingsBuilder.builder(USUAL)
                .kind("paper")
                .epochs(12)
                .featureWeight(0)
                .posteriorWeight(0)
                .labelWeight(0)
                .build());
        assertThat(losses.get(losses.size() - 1)).isLessThan(0.25);
        assertThat(choice.accuracy()).isGreaterThan(0.9);
        assertThat(choice.agreement()).isGreaterThanOrEqualTo(0.97);
    }

    @Test
    void shouldSpendFewerBytesIfTheLossCountsBits() throws Exception {
        QuantiserChoice cheap = trained(BottleneckSettingsBuilder.builder(USUAL)
                .kind("rate-aware")
                .epochs(16)
                .featureWeight(2000)
                .posteriorWeight(2000)
                .labelWeight(0)
                .build());
        QuantiserChoice aware = trained(BottleneckSettingsBuilder.builder(USUAL)
                .kind("rate-aware")
                .epochs(16)
                .featureWeight(20)
                .posteriorWeight(20)
                .labelWeight(0)
                .build());
        assertThat(aware.agreement()).isGreaterThan(0.9);
        assertThat(aware.bytes()).isLessThan(cheap.bytes());
        // Codes that are trained for rounding have step 1.
        for (float step : aware.quantisers().symbols().step()) {
            assertThat(step).isIn(0f, 1f);
        }
    }

    @Test
    void shouldKeepThePredictionsWithoutTraining() throws Exception {
        // Given: no epochs, and a weight of 100 bits per nat
        BottleneckSettings untrained = BottleneckSettingsBuilder.builder(USUAL)
                .kind("rate-aware")
                .epochs(0)
                .featureWeight(1)
                .posteriorWeight(100)
                .labelWeight(0)
                .build();

        // When
        QuantiserChoice choice = trained(untrained);

        // Then: the best linear code separates the four classes with one or two bytes
        assertThat(losses).isEmpty();
        assertThat(choice.agreement()).isGreaterThanOrEqualTo(0.99);
        assertThat(choice.bytes()).isLessThan(3);
    }

    @Test
    void shouldRejectZeroEpochsWithARandomStart() {
        assertThatThrownBy(() -> BottleneckSettingsBuilder.builder(USUAL)
                        .kind("rate-aware")
                        .epochs(0)
                        .featureWeight(1)
                        .posteriorWeight(100)
                        .labelWeight(0)
                        .start("random")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("epochs is 0");
    }

    @Test
    void shouldWriteTablesWithTheMeasuredCodeLength() throws Exception {
        QuantiserChoice choice = trained(BottleneckSettingsBuilder.builder(USUAL)
                .kind("task-aware")
                .epochs(8)
                .featureWeight(5)
                .posteriorWeight(20)
                .labelWeight(20)
                .build());
        CodeFormat format = new CodeFormat(new TensorShape(16, 1, 1), choice.quantisers(), choice.tables());
        SymbolCodec codec = SymbolCodec.of(format);
        float[] code = new float[16];
        code[3] = 1.2f;
        int[] symbols = CodeQuantiser.of(format).quantise(code);
        byte[] payload = codec.encode(symbols, PayloadMode.ENTROPY);
        assertThat(codec.decode(payload)).isEqualTo(symbols);
    }

    @Test
    void shouldTuneDecoderAndHeadOnQuantisedCodes() throws Exception {
        // Given: a coarse autoencoder that was trained briefly from random weights, so that it loses classes
        BottleneckSettings coarse = BottleneckSettingsBuilder.builder(USUAL)
                .kind("task-aware")
                .epochs(2)
                .featureWeight(1)
                .posteriorWeight(2)
                .labelWeight(2)
                .start("random")
                .build();
        BottleneckSettings tuned = BottleneckSettingsBuilder.builder(USUAL)
                .kind("task-aware")
                .epochs(2)
                .featureWeight(1)
                .posteriorWeight(2)
                .labelWeight(2)
                .tuneEpochs(12)
                .tuneHead(true)
                .start("random")
                .build();
        // When: decoder and head are trained further on its quantised codes
        QuantiserChoice before = trained(coarse);
        QuantiserChoice after = trained(tuned);
        // Then: the same payloads give a higher accuracy
        assertThat(after.bytes()).isEqualTo(before.bytes());
        assertThat(after.tables().bytes()).isEqualTo(before.tables().bytes());
        assertThat(after.accuracy()).isGreaterThan(before.accuracy());
    }

    @Test
    void shouldRejectTuningAHeadWithoutLabels() {
        assertThatThrownBy(() -> BottleneckSettingsBuilder.builder(USUAL)
                        .kind("rate-aware")
                        .epochs(2)
                        .featureWeight(1)
                        .posteriorWeight(2)
                        .labelWeight(2)
                        .tuneEpochs(3)
                        .tuneHead(true)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tuneHead");
    }

    private QuantiserChoice trained(BottleneckSettings settings) throws Exception {
        // Features of a few patterns with noise, and a head that classifies the patterns.
        Random random = new Random(5);
        float[][] patterns = new float[CLASSES][SHAPE.values()];
        for (float[] pattern : patterns) {
            for (int i = 0; i < pattern.length; i++) {
                pattern[i] = Math.max(0, (float) random.nextGaussian());
            }
        }
        FeatureStore features = FeatureStore.create(directory, COUNT, SHAPE.values());
        float[] all = new float[COUNT * SHAPE.values()];
        for (int n = 0; n < COUNT; n++) {
            labels[n] = n % CLASSES;
            for (int i = 0; i < SHAPE.values(); i++) {
                all[n * SHAPE.values() + i] =
                        Math.max(0, patterns[labels[n]][i] + 0.2f * (float) random.nextGaussian());
            }
            features.put(n, all, n * SHAPE.values());
        }
        float[] weights = new float[CLASSES * SHAPE.values()];
        float[] bias = new float[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            float norm = 0;
            for (int i = 0; i < SHAPE.values(); i++) {
                weights[c * SHAPE.values() + i] = patterns[c][i] / 50;
                norm += patterns[c][i] * patterns[c][i];
            }
            bias[c] = -norm / 100;
        }
        List<DenseWeights> head = List.of(new DenseWeights(CLASSES, SHAPE.values(), weights, bias));
        double scale = BottleneckTraining.scale(features);
        try (NDManager manager = TorchEngine.createManager(1);
                Autoencoder autoencoder = new Autoencoder(manager, SHAPE, Autoencoder.kernelSize(SHAPE), 1);
                BottleneckTraining training = new BottleneckTraining(manager, autoencoder, head, settings, scale, 1)) {
            training.start(features, new RecordingListener());
            training.run(features, labels, new RecordingListener());
            try (GraphRunner encode = GraphRunner.of(
                            Vgg16Networks.encoder(SHAPE, autoencoder.encoderWeights(scale)),
                            WeightStorage.FLOAT32,
                            directory);
                    DecoderTuning tuning = new DecoderTuning(manager, autoencoder, head, settings, scale, 1)) {
                float[] codes = encode.run(all);
                QuantiserChoice choice = choice(manager, autoencoder, head, settings, all, codes, scale, null);
                if (settings.tuneEpochs() == 0) {
                    return choice;
                }
                tuning.run(
                        choice.reconstruct(codes, autoencoder.codeShape()), features, labels, new RecordingListener());
                return choice(manager, autoencoder, tuning.headWeights(), settings, all, codes, scale, choice);
            }
        }
    }

    private QuantiserChoice choice(
            NDManager manager,
            Autoencoder autoencoder,
            List<DenseWeights> head,
            BottleneckSettings settings,
            float[] features,
            float[] codes,
            double scale,
            @Nullable QuantiserChoice before)
            throws Exception {
        try (GraphRunner decode = GraphRunner.of(
                        Vgg16Networks.decoder(autoencoder.codeShape(), autoencoder.decoderWeights(scale)),
                        WeightStorage.FLOAT32,
                        directory);
                GraphRunner classify =
                        GraphRunner.of(Vgg16Networks.head(SHAPE, head), WeightStorage.FLOAT32, directory)) {
            float[] reference = classify.run(features);
            assertThat(Logits.accuracy(reference, labels, CLASSES)).isGreaterThan(0.98);
            QuantiserChoice.Codes judged = QuantiserChoiceCodesBuilder.builder()
                    .shape(autoencoder.codeShape())
                    .training(codes)
                    .validation(codes)
                    .reference(reference)
                    .labels(labels)
                    .classify(code -> classify.run(decode.run(code)))
                    .build();
            if (before != null) {
                return before.evaluate(judged);
            }
            return settings.kind().equals("paper")
                    ? QuantiserChoice.afterTraining(
                            judged, CodeTransform.of(judged).widths())
                    : QuantiserChoice.forIntegers(judged);
        }
    }

    private final class RecordingListener implements ProgressListener {
        @Override
        public void onProgress(StageProgress progress) {
            losses.add(progress.loss());
        }

        @Override
        public void onMessage(String line) {}
    }
}
