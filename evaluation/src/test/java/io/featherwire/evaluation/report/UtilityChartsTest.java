package io.featherwire.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.evaluation.statistics.ConfidenceInterval;
import io.featherwire.evaluation.utility.ClassSplitBuilder;
import io.featherwire.evaluation.utility.FeatureLoss;
import io.featherwire.evaluation.utility.HeadScore;
import io.featherwire.evaluation.utility.PairedDifference;
import io.featherwire.evaluation.utility.PredictionAgreement;
import io.featherwire.evaluation.utility.RetrievalScores;
import io.featherwire.evaluation.utility.UtilityResult;
import io.featherwire.evaluation.utility.UtilityResultBuilder;
import io.featherwire.evaluation.utility.UtilityRow;
import io.featherwire.evaluation.utility.UtilityRowBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;

class UtilityChartsTest {

    @TempDir
    private Path directory;

    @Test
    void shouldLabelTheAxisOfBytesAtPowersOfTwo() {
        assertThat(UtilityCharts.bytesLabel(5)).isEqualTo("32");
        assertThat(UtilityCharts.bytesLabel(7)).isEqualTo("128");
        assertThat(UtilityCharts.bytesLabel(13)).isEqualTo("8,192");
    }

    @Test
    void shouldWriteAllDecimalsOfValues() {
        assertThat(UtilityCharts.valueLabel(0.05, 0.65)).isEqualTo("0.05");
        assertThat(UtilityCharts.valueLabel(0.1, 0.65)).isEqualTo("0.10");
        assertThat(UtilityCharts.valueLabel(0, 0.65)).isEqualTo("0.00");
        assertThat(UtilityCharts.valueLabel(0.005, 0.05)).isEqualTo("0.005");
        assertThat(UtilityCharts.valueLabel(-2, 22)).isEqualTo("-2");
        assertThat(UtilityCharts.valueLabel(-1e-9, 22)).isEqualTo("0");
        assertThat(UtilityCharts.valueLabel(0.5, 6)).isEqualTo("0.5");
        assertThat(UtilityCharts.valueLabel(100, 22)).isEqualTo("100");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pq", "product quantisation, JVector", "entropy-constrained product quantisation"})
    void shouldLabelEveryPowerOfTwoBesideLegendsOfAnyWidth(String family) {
        for (double most : new double[] {64, 191.3, 428.2, 900}) {
            UtilityResult result = result(List.of(
                    row("float", 5120),
                    row(family, 28.5),
                    row("featherwire", 31.8),
                    row("featherwire", 60),
                    row(family, most)));
            List<Double> wanted = IntStream.rangeClosed(4, (int) Math.ceil(Math.log(most) / Math.log(2)))
                    .mapToObj(Double::valueOf)
                    .toList();
            for (XYChart chart : UtilityCharts.createCharts(result)) {
                assertThat(ticks(chart)).as(chart.getTitle()).containsSequence(wanted);
            }
        }
    }

    /** The ticks of the axis of bytes; those of the last attempt are drawn, and an attempt begins at the left end. */
    private static List<Double> ticks(XYChart chart) {
        List<Double> ticks = new ArrayList<>();
        chart.getStyler().setxAxisTickLabelsFormattingFunction(value -> {
            if (!ticks.isEmpty() && value <= ticks.get(ticks.size() - 1)) {
                ticks.clear();
            }
            ticks.add(value);
            return UtilityCharts.bytesLabel(value);
        });
        BitmapEncoder.getBufferedImage(chart);
        return ticks;
    }

    @Test
    void shouldDrawAReportOfFloatFeaturesAlone() throws Exception {
        Path file = directory.resolve("utility.png");

        UtilityCharts.write(file, result(List.of(row("float", 5120))));

        assertThat(ImageIO.read(file.toFile()).getWidth()).isGreaterThan(1000);
    }

    @Test
    void shouldDrawFourCharts() throws Exception {
        // Given
        UtilityResult result = result(List.of(
                row("float", 5120),
                row("featherwire", 22),
                row("featherwire", 64),
                row("featherwire", 190),
                row("pq", 32),
                row("pq", 128),
                row("turbo", 32),
                row("turbo", 5120)));

        // When
        Path file = directory.resolve("utility.png");
        UtilityCharts.write(file, result);

        // Then
        assertThat(ImageIO.read(file.toFile()).getWidth()).isGreaterThan(1000);
    }

    private static UtilityResult result(List<UtilityRow> rows) {
        return UtilityResultBuilder.builder()
                .source("test")
                .lists(ClassSplitBuilder.builder()
                        .name("n")
                        .images("cifar-100")
                        .trainingImages(10)
                        .testImages(10)
                        .seeds(List.of(1))
                        .fewShot(List.of(5))
                        .codec(List.of("a"))
                        .heads(List.of("b", "c"))
                        .build())
                .codecImages(1)
                .trainingImages(1)
                .testImages(1)
                .headImages(1)
                .folds(1)
                .featureValues(1280)
                .rows(rows)
                .equal(List.of())
                .notes(List.of())
                .seconds(1)
                .codings(8)
                .complete(true)
                .build();
    }

    private static UtilityRow row(String family, double bytes) {
        double rising = Math.log(bytes) / 10;
        ConfidenceInterval interval = new ConfidenceInterval(rising, rising);
        PairedDifference difference = new PairedDifference(rising, interval);
        HeadScore heads = new HeadScore(rising, rising, interval, difference, 1, difference);
        return UtilityRowBuilder.builder()
                .family(family)
                .name(family)
                .bytes(bytes)
                .mostBytes((int) bytes)
                .encodeMicros(1)
                .decodeMicros(1)
                .sharedBytes(1)
                .heads(heads)
                .fewShot(List.of(heads))
                .symmetric(new RetrievalScores(rising, rising, rising))
                .asymmetric(new RetrievalScores(rising, rising, rising))
                .loss(new FeatureLoss(1, List.of(1.0), 1))
                .own(new PredictionAgreement(rising, rising, 0, rising, 0))
                .build();
    }
}
