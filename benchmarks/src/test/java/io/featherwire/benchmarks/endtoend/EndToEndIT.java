package io.featherwire.benchmarks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.harness.Feed;
import io.featherwire.harness.TrivialBundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndToEndIT {

    @TempDir
    private Path directory;

    @Test
    void shouldMeasureEveryRow() throws Exception {
        // Given
        Feed.Image image = TrivialBundle.image(1);
        BenchPlan plan = new BenchPlan(
                TrivialBundle.write(directory.resolve("bundle")),
                List.of(new EncodedImage(ImageEncoding.RGB8, image.width(), image.height(), image.bytes())),
                300,
                Duration.ofMillis(100),
                8,
                Duration.ofMillis(5),
                directory);

        // When
        BenchReport report = EndToEnd.run(plan, line -> {});

        // Then
        assertThat(report.rows()).hasSize(14).allSatisfy(row -> {
            assertThat(row.framesPerSecond()).isPositive();
            assertThat(row.cpuSecondsPer1000()).isPositive();
        });
        assertThat(report.rows())
                .filteredOn(row -> row.name().contains(" load"))
                .hasSize(4)
                .allSatisfy(row -> assertThat(row.latencyMsP99()).isGreaterThanOrEqualTo(row.latencyMsP50()));
        assertThat(report.goals()).hasSize(5).allSatisfy(goal -> {
            assertThat(goal.value()).isPositive();
            assertThat(goal.target()).isPositive();
        });
        assertThat(report.lines()).hasSize(3 + 14 + 1 + 5);
        assertThat(new ObjectMapper().readTree(report.json()).path("rows")).hasSize(14);
        assertThat(new ObjectMapper().readTree(report.json()).path("goals")).hasSize(5);
    }
}
