package io.featherwire.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Writes the validation curve to a file beside the checkpoints. Each line holds the number of processed images, the
 * training time in seconds and the validation accuracy, 0..1.
 */
final class CurveWriter {
    private final Path file;
    private final Accuracy accuracy;

    /** Measures the current accuracy of the network. */
    interface Accuracy {
        double measure() throws IOException;
    }

    CurveWriter(Path directory, boolean goOn, Accuracy accuracy) throws IOException {
        file = directory.resolve("validation-curve.csv");
        this.accuracy = accuracy;
        if (!goOn) {
            Files.deleteIfExists(file);
        }
    }

    /** Measures and appends a point, and returns a message about it. */
    String write(long images, double seconds) throws IOException {
        double measured = accuracy.measure();
        String line = String.format(Locale.ROOT, "%d,%.0f,%.4f", images, seconds, measured);
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return String.format(
                Locale.ROOT,
                "checkpoint after %d images, %s of training: validation accuracy %.2f %%",
                images,
                DurationText.format(Duration.ofMillis((long) (1e3 * seconds))),
                100 * measured);
    }

    List<String> points() throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }
}
