package io.featherwire.bundler.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.bundler.BundlerException;
import io.featherwire.codec.HeadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.testing.TinyBundle;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HeadCreationTest {

    private static final HeadProgress SILENT = new HeadProgress() {
        @Override
        public void report(String stage, long done, long total, String more) {}

        @Override
        public void note(String line) {}
    };

    @TempDir
    private Path directory;

    private Bundle bundle;
    private int length;

    @BeforeEach
    void write() throws Exception {
        bundle = TinyBundle.write(directory.resolve("bundle"));
        length = bundle.manifest().featureShape().values();
    }

    @Test
    void shouldFitAHeadThatSeparatesClasses() throws Exception {
        // Given: classes that differ in one component, which is large, far from zero and on another scale than the
        // others
        var labelled = features(1, List.of("a", "b", "c"), 120, 300, 60);
        var test = features(2, List.of("a", "b", "c"), 50, 50, 50);

        // When
        var report = create(labelled, test);

        // Then
        assertThat(report.test().accuracy()).isGreaterThan(0.97);
        assertThat(report.test().features()).isEqualTo(150);
        assertThat(report.validation().features()).isEqualTo(96);
        assertThat(report.onnxDifference()).isLessThan(1e-4);
        var head = Head.load(directory.resolve("head"));
        assertThat(head.manifest().classes()).containsExactly("a", "b", "c");
        assertThat(head.bundleFingerprint()).isEqualTo(bundle.fingerprint());
        try (var classifier = HeadClassifier.open(head, bundle, Device.CPU, 16, OnnxOptions.DEFAULT)) {
            assertThat(classifier.classify(List.of(test.row(0))).get(0).classIndex())
                    .isEqualTo(test.labels()[0]);
        }
    }

    @Test
    void shouldGiveTheSameHeadForTheSameSeed() throws Exception {
        // Given
        var labelled = features(1, List.of("a", "b"), 60, 60);

        // When
        var one = create(labelled, null, "one");
        var two = create(labelled, null, "two");

        // Then
        assertThat(two.validation()).isEqualTo(one.validation());
        assertThat(two.epochs()).isEqualTo(one.epochs());
    }

    @Test
    void shouldLeaveOutAClassWithTooFewLabelsAndSaySo() throws Exception {
        // When
        var report = create(features(1, List.of("a", "rare", "b"), 40, 3, 40), null);

        // Then
        assertThat(report.classes()).extracting(HeadReport.ClassResult::name).containsExactly("a", "b");
        assertThat(report.leftOut()).hasSize(1).containsValue(3L);
        assertThat(report.leftOut().keySet().iterator().next()).contains("'rare'");
    }

    @Test
    void shouldRefuseASingleClass() {
        assertThatThrownBy(() -> create(features(1, List.of("a", "b"), 40, 3), null))
                .isInstanceOf(BundlerException.class)
                .hasMessageContaining("only class 'a'");
        assertThat(directory.resolve("head")).doesNotExist();
    }

    @Test
    void shouldGiveARareClassTheSameWeight() throws Exception {
        // Given: two overlapping classes, one of them thirty times as frequent as the other
        var labelled = overlapping(1, 1500, 50);
        var test = overlapping(2, 500, 500);

        // When
        var balanced = create(labelled, test);

        // Then
        assertThat(balanced.classes())
                .allSatisfy(one -> assertThat(one.recall()).isGreaterThan(0.6));
    }

    private HeadReport create(LabelledFeatures labelled, @Nullable LabelledFeatures test) throws Exception {
        return create(labelled, test, "head");
    }

    private HeadReport create(LabelledFeatures labelled, @Nullable LabelledFeatures test, String name)
            throws Exception {
        return HeadCreation.run(
                bundle,
                name,
                new HeadData(labelled, test, 40, "test", Map.of()),
                HeadFitOptions.DEFAULT,
                directory.resolve(name),
                SILENT);
    }

    private LabelledFeatures features(long seed, List<String> classes, int... counts) {
        var random = new Random(seed);
        return made(classes, counts, (row, label) -> {
            for (int d = 0; d < length; d++) {
                row[d] = (float) random.nextGaussian();
            }
            row[0] = (float) (1000 + 200 * label + 30 * random.nextGaussian());
            row[1] = 7;
        });
    }

    private LabelledFeatures overlapping(long seed, int... counts) {
        var random = new Random(seed);
        return made(List.of("common", "rare"), counts, (row, label) -> {
            for (int d = 0; d < length; d++) {
                row[d] = (float) random.nextGaussian();
            }
            row[0] += 1.5f * label;
        });
    }

    private interface FeatureFiller {
        void fill(float[] row, int label);
    }

    private LabelledFeatures made(List<String> classes, int[] counts, FeatureFiller filling) {
        int rows = IntStream.of(counts).sum();
        float[] values = new float[rows * length];
        int[] labels = new int[rows];
        int at = 0;
        float[] row = new float[length];
        for (int label = 0; label < counts.length; label++) {
            for (int i = 0; i < counts[label]; i++) {
                filling.fill(row, label);
                System.arraycopy(row, 0, values, at * length, length);
                labels[at++] = label;
            }
        }
        return new LabelledFeatures(values, length, labels, classes);
    }
}
