package io.featherwire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BundlerProgressTest {

    private final StringWriter notes = new StringWriter();
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private long seconds = 1000;

    private final BundlerProgress progress = new BundlerProgress(
            new PrintWriter(notes),
            new PrintStream(lines, true, StandardCharsets.UTF_8),
            () -> TimeUnit.SECONDS.toNanos(seconds));

    @Test
    void shouldEstimateTheTimeLeftOfAStageWithNotesBetween() {
        // Given a stage of four parts, 50 s each, with a note after each part
        for (int done = 0; done < 4; done++) {
            progress.report("codings", done, 4);
            seconds += 50;
            progress.note("row " + done);
        }
        progress.report("codings", 4, 4);

        assertThat(lines.toString(StandardCharsets.UTF_8).lines().map(String::strip))
                .containsExactly(
                        "codings 0/4  0 s",
                        "codings 1/4  50 s  3 min left",
                        "codings 2/4  100 s  100 s left",
                        "codings 3/4  150 s  50 s left",
                        "codings 4/4  200 s");
        assertThat(notes.toString()).contains("   50 s  row 0").contains("  200 s  row 3");
    }

    @Test
    void shouldEstimateByTheProgressOfThisRunOnly() {
        // Given a run that goes on at 90 of 100
        progress.report("features", 90, 100);
        seconds += 20;
        progress.report("features", 92, 100);

        assertThat(lines.toString(StandardCharsets.UTF_8)).contains("92/100  20 s  80 s left");
    }
}
