package io.featherwire.evaluation.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.featherwire.bundler.Progress;
import io.featherwire.evaluation.report.UtilityJson;
import io.featherwire.evaluation.report.UtilityPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumedMeasurementTest {

    private static final UtilityOptions OPTIONS =
            new UtilityOptions(List.of(4, 8), List.of(), 0).withCodings(List.of("featherwire", "klt", "binary"));

    /** Stops at a note, as a kill would. */
    private static final class InterruptingProgress implements Progress {
        private final List<String> notes = new ArrayList<>();
        private final String last;

        private InterruptingProgress(String last) {
            this.last = last;
        }

        @Override
        public void report(String stage, long done, long total) {}

        @Override
        public void note(String line) {
            notes.add(line);
            if (line.startsWith(last)) {
                throw new IllegalStateException("stopped");
            }
        }

        private long count(String beginning) {
            return notes.stream().filter(note -> note.startsWith(beginning)).count();
        }
    }

    @TempDir
    private Path directory;

    @Test
    void shouldGoOnAfterTheLastRowOfAnInterruptedRun() throws Exception {
        UtilityData data = new SyntheticFeatures().data(60, 20, 12);
        UtilityResult whole = run(data, OPTIONS, null, soFar -> {}, new InterruptingProgress("nothing"));

        // Given a run that was interrupted after the third row and killed while it wrote the fourth
        Path rows = directory.resolve("rows");
        Path report = directory.resolve("report");
        InterruptingProgress first = new InterruptingProgress("nothing");
        assertThatThrownBy(() -> run(
                        data,
                        OPTIONS,
                        rows,
                        soFar -> {
                            UtilityPage.write(report, soFar);
                            if (soFar.rows().size() == 3) {
                                throw new IOException("stopped");
                            }
                        },
                        first))
                .hasMessage("stopped");
        assertThat(Files.readString(UtilityPage.pageFile(report)))
                .contains("This report is incomplete: 3 of 7 codings are measured.")
                .contains("| featherwire, fitted for 8 B |")
                .doesNotContain("klt-static");
        assertThat(new ObjectMapper()
                        .readTree(report.resolve("utility.json").toFile())
                        .get("complete")
                        .asBoolean())
                .isFalse();
        Path file = onlyFile(rows);
        Files.writeString(file, "{\"coding\":{\"row\":{\"fam", StandardOpenOption.APPEND);

        // And a second run that was interrupted after the fifth row
        InterruptingProgress second = new InterruptingProgress("klt-static                     for 4 B");
        assertThatThrownBy(() -> run(data, OPTIONS, rows, soFar -> {}, second)).hasMessage("stopped");
        assertThat(second.count("3 of 7 codings are measured already")).isOne();
        assertThat(second.count("featherwire  ")).isZero();

        // When the measurement is started once more
        InterruptingProgress third = new InterruptingProgress("nothing");
        UtilityResult resumed = run(data, OPTIONS, rows, soFar -> UtilityPage.write(report, soFar), third);

        // Then only the other codings are measured, and the report equals that of an uninterrupted run
        assertThat(third.count("5 of 7 codings are measured already")).isOne();
        assertThat(third.count("klt-static")).isOne();
        assertThat(numbers(resumed)).isEqualTo(numbers(whole));
        assertThat(resumed.seconds()).isGreaterThan(0);
        assertThat(Files.readString(UtilityPage.pageFile(report))).doesNotContain("incomplete");
        assertThat(rows).isEmptyDirectory();
    }

    @Test
    void shouldGoOnWithTheHeadOfAllClasses() throws Exception {
        UtilityData data = new SyntheticFeatures().data(60, 20, 12);
        UtilityOptions floats = OPTIONS.withCodings(List.of("none"));
        UtilityResult whole = run(data, floats, null, soFar -> {}, new InterruptingProgress("nothing"));
        Path rows = directory.resolve("rows");
        assertThatThrownBy(() ->
                        run(data, floats, rows, soFar -> {}, new InterruptingProgress("all classes, fitted for   8 B")))
                .hasMessage("stopped");

        InterruptingProgress second = new InterruptingProgress("nothing");
        UtilityResult resumed = run(data, floats, rows, soFar -> {}, second);

        assertThat(second.count("all classes, fitted for   8 B")).isZero();
        assertThat(second.count("all classes, fitted for  16 B")).isOne();
        assertThat(numbers(resumed)).isEqualTo(numbers(whole));
    }

    @Test
    void shouldStartAnewWithOtherDataOrOptions() throws Exception {
        UtilityData data = new SyntheticFeatures().data(60, 20, 12);
        List<Coding> none = List.of();
        String key = MeasurementKey.of(data, null, OPTIONS, none);
        UtilityData other = new SyntheticFeatures().data(60, 20, 12);
        assertThat(MeasurementKey.of(other, null, OPTIONS, none)).isEqualTo(key);

        float[] values = other.test().features().values();
        values[values.length - 1] = Math.nextUp(values[values.length - 1]);
        assertThat(MeasurementKey.of(other, null, OPTIONS, none)).isNotEqualTo(key);
        assertThat(MeasurementKey.of(data, null, OPTIONS.withFolds(5), none)).isNotEqualTo(key);
        assertThat(MeasurementKey.of(data, classes(data), OPTIONS, none)).isNotEqualTo(key);
        assertThat(MeasurementKey.of(data, null, OPTIONS, List.of(new FloatFeatures())))
                .isNotEqualTo(key);
    }

    private static AllClassesData classes(UtilityData data) {
        return new AllClassesData(data.lists().heads().size(), data.training(), data.test());
    }

    private static UtilityResult run(
            UtilityData data, UtilityOptions options, Path rows, UtilityRun.Report report, Progress progress)
            throws Exception {
        AllClassesData classes = options.codings().contains("none") ? classes(data) : null;
        return UtilityEvaluation.run(
                data, classes, options, List.of(), List.of(), new UtilityRun(rows, report, progress));
    }

    private static Path onlyFile(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }

    /** All figures but times. */
    private static JsonNode numbers(UtilityResult result) throws IOException {
        ObjectNode root = (ObjectNode) new ObjectMapper().readTree(UtilityJson.toJson(result));
        root.remove("seconds");
        root.get("rows").forEach(row -> ((ObjectNode) row).remove(List.of("encodeMicros", "decodeMicros")));
        return root;
    }
}
