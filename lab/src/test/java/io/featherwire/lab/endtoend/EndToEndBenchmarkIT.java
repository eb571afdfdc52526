package io.featherwire.lab.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class EndToEndBenchmarkIT {

    @TempDir
    private Path directory;

    @Test
    void shouldMeasureEveryRow() throws Exception {
        // Given
        BenchPlan plan = TrivialPlan.of(1_000, directory)
                .withCommitInterval(Duration.ofMillis(10))
                .withBusyProcesses(1);

        // When
        BenchReport report = EndToEndBenchmark.run(plan, line -> {});

        // Then
        assertThat(report.rows()).hasSize(26).allSatisfy(row -> {
            assertThat(row.framesPerSecond()).isPositive();
            assertThat(row.cpuSecondsPer1000()).isPositive();
        });
        assertThat(report.rows())
                .filteredOn(row -> row.name().contains(" load"))
                .hasSize(6)
                .allSatisfy(row -> assertThat(row.latencyMsP99()).isGreaterThanOrEqualTo(row.latencyMsP50()));
        assertThat(report.goals()).hasSize(20).allSatisfy(goal -> {
            assertThat(goal.value()).isPositive();
            if (goal.name().startsWith("a transaction each interval")) {
                assertThat(goal.target()).as("the control's").isNull();
            } else {
                assertThat(goal.target()).isPositive();
            }
        });
        assertThat(report.lines()).hasSize(3 + 26 + 1 + 20);
        assertThat(report.rows())
                .filteredOn(row -> row.name().contains("beside 1 busy"))
                .hasSize(5)
                .allSatisfy(row -> assertThat(row.brokerCpuSecondsPer1000()).isPositive());
        assertThat(new ObjectMapper().readTree(report.json()).path("rows")).hasSize(26);
        assertThat(new ObjectMapper().readTree(report.json()).path("goals")).hasSize(20);
    }

    @Test
    void shouldRejectARowThatWasCommittedAtOnce() throws Exception {
        // Given
        BenchPlan plan = TrivialPlan.of(10, directory).withCommitInterval(Duration.ofSeconds(5));

        // Then
        assertThatThrownBy(() -> EndToEndBenchmark.run(plan, line -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("committed at once", "use more frames");
    }
}
