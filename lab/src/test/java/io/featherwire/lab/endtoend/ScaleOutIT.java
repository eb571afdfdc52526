package io.featherwire.lab.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much faster more instances are depends on the cores that are free, which a test cannot know; how they share does not. */
class ScaleOutIT {

    @TempDir
    private Path directory;

    @Test
    @Tag("slow")
    void shouldShareTheFramesAmongTheInstancesAndRepeatNone() throws Exception {
        // Given
        BenchPlan plan = TrivialPlan.of(2_000, directory);

        // When
        ScaleReport report = ScaleOut.run(plan, 2, line -> {});

        // Then
        assertThat(report.steps()).hasSize(2).allSatisfy(step -> {
            assertThat(step.framesPerSecond()).isPositive();
            assertThat(step.repeated()).isZero();
            assertThat(step.shares()).hasSize(step.instances());
            assertThat(step.shares().stream().mapToInt(Integer::intValue).sum()).isEqualTo(2_000);
            assertThat(step.shares()).allSatisfy(share -> assertThat(share).isGreaterThan(400));
        });
        assertThat(report.lines()).hasSize(4);
    }
}
