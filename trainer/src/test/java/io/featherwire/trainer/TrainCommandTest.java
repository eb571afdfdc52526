package io.featherwire.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class TrainCommandTest {

    @Test
    void shouldAcceptDeprecatedFlagsAndNameTheirReplacements() {
        // Given
        var err = new StringWriter();
        CommandLine command = new CommandLine(new TrainCommand()).setErr(new PrintWriter(err, true));

        // When
        int exit = command.execute("--show-recipe", "--resume", "--again", "--start=bundles/b");

        // Then
        assertThat(exit).isZero();
        assertThat(err.toString().lines())
                .containsExactly(
                        "featherwire: --again is deprecated, use --restart-schedule",
                        "featherwire: --start is deprecated, use --warm-start");
        TrainOptions options = TrainOptions.parse("--resume", "--again", "--start", "bundles/b");
        assertThat(options.restartSchedule).isTrue();
        assertThat(options.warmStart).isEqualTo(Path.of("bundles/b"));
    }

    @Test
    void shouldRejectContradictoryOptions() {
        assertThatThrownBy(() -> TrainOptions.parse("--restart-schedule"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give --resume, too");
        assertThatThrownBy(() -> TrainOptions.parse("--warm-start", "b", "--backbone", "x.onnx"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give only one of them");
        assertThatThrownBy(() -> TrainOptions.parse("--until", "noon"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("such as 17:30");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--recipe=none", "--until=noon", "--restart-schedule", "--threads=-1"})
    void shouldExitWithTwoForAnInvalidOption(String option) {
        // Given
        var err = new StringWriter();
        CommandLine command = new CommandLine(new TrainCommand()).setErr(new PrintWriter(err, true));

        // When
        int exit = command.execute(option);

        // Then
        assertThat(exit).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().startsWith("featherwire: ");
    }

    @Test
    void shouldNameTheBundleAfterItsRecipe() {
        assertThat(TrainOptions.parse("--recipe", "mine.yaml").out()).isEqualTo(Path.of("bundles/mine"));
        assertThat(TrainOptions.parse().out()).isEqualTo(Path.of("bundles/quick"));
    }
}
