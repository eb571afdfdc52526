package io.featherwire.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class PaperResultsTest {

    private static final List<String> CIFAR10 =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    @Test
    void shouldHaveRowsWhoseMeanIsThePapersAverage() {
        PaperResults table = PaperResults.forClasses(CIFAR10).orElseThrow();

        assertThat(table.rows().stream()
                        .mapToDouble(PaperResults.Row::without)
                        .average()
                        .orElseThrow())
                .isCloseTo(table.average().without(), within(1e-9));
        assertThat(table.rows().stream()
                        .mapToDouble(PaperResults.Row::with)
                        .average()
                        .orElseThrow())
                .isCloseTo(table.average().with(), within(1e-9));
    }

    @Test
    void shouldFollowTheOrderOfTheRequestedClasses() {
        List<String> order = List.of("cat", "plane", "car", "bird", "deer", "dog", "frog", "horse", "ship", "truck");

        PaperResults table = PaperResults.forClasses(order).orElseThrow();

        assertThat(table.rows().get(0)).isEqualTo(new PaperResults.Row(60, 55));
        assertThat(table.rows().get(2)).isEqualTo(new PaperResults.Row(95, 96));
    }

    @Test
    void shouldBeEmptyForOtherClasses() {
        assertThat(PaperResults.forClasses(List.of("cat", "dog"))).isEmpty();
        assertThat(PaperResults.forClasses(
                        List.of("cat", "cat", "bird", "plane", "deer", "dog", "frog", "horse", "ship", "truck")))
                .isEmpty();
    }
}
