package io.featherwire.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.cli.cds.TrivialBundle;
import io.featherwire.lab.harness.TrivialImages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs every scenario with few frames. {@code featherwire-lab chaos} runs them at full size. */
@Tag("slow")
class ChaosIT {

    @TempDir
    private Path directory;

    @Test
    void shouldHoldWhenStreamsAreKilled() throws Exception {
        shouldHold(ChaosScenario.KILL);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "KILL")
    void shouldHoldInEveryOtherScenario(ChaosScenario scenario) throws Exception {
        shouldHold(scenario);
    }

    private void shouldHold(ChaosScenario scenario) throws Exception {
        // Given
        Assumptions.assumeTrue(
                scenario != ChaosScenario.DISK_FULL || Chaos.hasSmallDisks(directory.resolve("trial")),
                "needs Linux with namespaces for users");
        ChaosPlan plan = ChaosPlan.standard(scenario, TrivialBundle.write(directory.resolve("bundle")), directory)
                // A broker takes long to restart.
                .withSize(2_000, 200, scenario == ChaosScenario.BROKER_KILL ? 1 : 3)
                .withOutage(Duration.ofSeconds(5));
        if (scenario == ChaosScenario.CONTROL) {
            plan = plan.withCompressor(NaiveCompressor.class.getName());
        }
        List<String> messages = Collections.synchronizedList(new ArrayList<>());

        // When
        ChaosReport report = Chaos.run(plan, TrivialImages::image, messages::add);

        // Then
        messages.addAll(report.lines());
        assertThat(report.hasPassed()).as(String.join("\n", messages)).isTrue();
        assertThat(report.disruptions()).as(String.join("\n", messages)).isBetween(1, 3);
    }
}
