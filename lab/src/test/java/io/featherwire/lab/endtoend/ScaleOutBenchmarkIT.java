package io.featherwire.lab.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The gain of more instances depends on the number of free cores, which a test cannot know. The distribution of frames
 * does not depend on it.
 */
class ScaleOutBenchmarkIT {

    @TempDir
    private Path directory;

    @Test
    @Tag("slow")
    void shouldDistributeTheFramesAmongInstancesWithoutRepetition() throws Exception {
        // Given
        BenchPlan plan = TrivialPlan.of(2_000, directory);

        // When
        ScaleReport report = ScaleOutBenchmark.run(plan, 2, line -> {});

        // Then
        assertThat(report.steps()).hasSize(2).allSatisfy(step -> {
            assertThat(step.framesPerSecond()).isPositive();
            assertThat(step.duplicates()).isZero();
            assertThat(step.shares()).hasSize(step.instances());
            assertThat(step.shares().stream().mapToInt(Integer::intValue).sum()).isEqualTo(2_000);
            assertThat(step.shares()).allSatisfy(share -> assertThat(share).isGreaterThan(400));
        });
        assertThat(report.lines()).hasSize(4);
    }
}
