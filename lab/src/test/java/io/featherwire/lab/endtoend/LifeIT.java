package io.featherwire.lab.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifeIT {

    @TempDir
    private Path directory;

    @Test
    void shouldSeeStartsAndMemory() throws Exception {
        // Given
        BenchPlan plan = TrivialPlan.of(2_000, directory);

        // When
        LifeReport report = Life.run(plan, line -> {});

        // Then
        assertThat(report.startSeconds()).hasSize(3).allSatisfy(seconds -> assertThat(seconds)
                .isPositive());
        assertThat(report.samples()).hasSize(20).allSatisfy(sample -> {
            assertThat(sample.compressorRssMib()).isPositive();
            assertThat(sample.classifierRssMib()).isPositive();
        });
        assertThat(report.samples().get(19).frames()).isEqualTo(2_000);
        assertThat(report.lines()).hasSize(2 + 20 + 1);
        assertThat(new ObjectMapper().readTree(report.json()).path("samples")).hasSize(20);
    }

    @Test
    void shouldCallMemoryThatGrowsByItsName() {
        // Given
        List<LifeReport.Sample> growing = List.of(sample(1, 100), sample(2, 110), sample(3, 120), sample(4, 130));
        List<LifeReport.Sample> flat = List.of(sample(1, 60), sample(2, 110), sample(3, 112), sample(4, 111));

        // Then
        assertThat(new LifeReport(Map.of(), List.of(1.0), growing).lines())
                .last()
                .asString()
                .endsWith("GROWING");
        assertThat(new LifeReport(Map.of(), List.of(1.0), flat).lines())
                .last()
                .asString()
                .endsWith("flat");
    }

    @Test
    void shouldNotJudgeMemoryByAShortRun() {
        LifeReport report = new LifeReport(
                Map.of(),
                List.of(1.0),
                List.of(new LifeReport.Sample(2_000, 1, 100, 100), new LifeReport.Sample(4_000, 2, 100, 300)));

        assertThat(report.lines()).last().asString().contains("too short a run");
    }

    private static LifeReport.Sample sample(int quarter, long rss) {
        return new LifeReport.Sample(50_000 * quarter, quarter, 100, rss);
    }
}
