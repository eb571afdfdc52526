package io.featherwire.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The validation curve beside the checkpoints: image passes, training seconds and validation accuracy, line by line. */
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

    /** Adds a point and says it. */
    String write(long images, double seconds) throws IOException {
        double measured = accuracy.measure();
        String line = String.format(Locale.ROOT, "%d,%.0f,%.4f", images, seconds, measured);
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return String.format(
                Locale.ROOT,
                "checkpoint after %d images, %s of training: validation accuracy %.2f %%",
                images,
                DurationText.text(Duration.ofMillis((long) (1e3 * seconds))),
                100 * measured);
    }

    List<String> points() throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }
}
