package io.featherwire.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.bundle.BundleException;
import io.featherwire.datasets.DownloadListener;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoBundleTest {

    @TempDir
    private Path directory;

    @Test
    void shouldReportAMissingBundleBeforeADataSetIsDownloaded() {
        // Given
        var text = new ByteArrayOutputStream();
        var options = DemoOptionsBuilder.builder()
                .frames(1)
                .rate(DemoRate.MEASURED)
                .batch(1)
                .port(0)
                .device("cpu")
                .stay(false)
                .data(Optional.empty())
                .bundle(Optional.of(directory.resolve("none")))
                .json(Optional.empty())
                .build();
        QuickTraining none = (spec, out, name) -> {
            throw new AssertionError("nothing is to be trained");
        };
        var demo = new Demo(
                options,
                directory.resolve("cache"),
                new PrintStream(text, true, StandardCharsets.UTF_8),
                none,
                DownloadListener.SILENT);

        // When, then
        assertThatThrownBy(demo::run).isInstanceOf(BundleException.class).hasMessageContaining("no bundle at");
        assertThat(text.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(directory.resolve("cache")).doesNotExist();
    }
}
