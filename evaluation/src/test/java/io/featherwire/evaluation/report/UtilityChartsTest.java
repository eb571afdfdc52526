package io.featherwire.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.evaluation.statistics.Interval;
import io.featherwire.evaluation.utility.ClassSplitBuilder;
import io.featherwire.evaluation.utility.FeatureLoss;
import io.featherwire.evaluation.utility.HeadScore;
import io.featherwire.evaluation.utility.PairedDifference;
import io.featherwire.evaluation.utility.PredictionAgreement;
import io.featherwire.evaluation.utility.Retrieval;
import io.featherwire.evaluation.utility.UtilityResult;
import io.featherwire.evaluation.utility.UtilityResultBuilder;
import io.featherwire.evaluation.utility.UtilityRow;
import io.featherwire.evaluation.utility.UtilityRowBuilder;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void shouldDrawFourCharts() throws Exception {
        // Given
        UtilityResult result = UtilityResultBuilder.builder()
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
                .rows(List.of(
                        row("float", 5120),
                        row("featherwire", 22),
                        row("featherwire", 64),
                        row("featherwire", 190),
                        row("pq", 32),
                        row("pq", 128),
                        row("turbo", 32),
                        row("turbo", 5120)))
                .equal(List.of())
                .notes(List.of())
                .seconds(1)
                .build();

        // When
        Path file = directory.resolve("utility.png");
        UtilityCharts.write(file, result);

        // Then
        assertThat(ImageIO.read(file.toFile()).getWidth()).isGreaterThan(1000);
    }

    private static UtilityRow row(String family, double bytes) {
        double rising = Math.log(bytes) / 10;
        Interval interval = new Interval(rising, rising);
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
                .symmetric(new Retrieval(rising, rising, rising))
                .asymmetric(new Retrieval(rising, rising, rising))
                .loss(new FeatureLoss(1, 1, 1, 1))
                .own(new PredictionAgreement(rising, rising, 0, rising, 0))
                .build();
    }
}
