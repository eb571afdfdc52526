package io.featherwire.trainer;

import io.featherwire.codec.onnx.Device;
import io.featherwire.trainer.data.Normalisation;
import io.featherwire.trainer.recipe.Recipe;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * The options of a training. Each option is declared once, with name, default, help text and field. A null option
 * leaves the recipe's value unchanged.
 */
final class TrainOptions {

    @Option(
            names = "--recipe",
            paramLabel = "NAME|FILE",
            defaultValue = "quick",
            description =
                    "Recipe: test, quick, reference, wide, paper, or a YAML file (see --show-recipe). Default: ${DEFAULT-VALUE}.")
    String recipe = "quick";

    @Option(
            names = "--data",
            paramLabel = "DIR|cifar10|synthetic",
            defaultValue = "synthetic",
            description =
                    "Training images: cifar10, synthetic[:fog|:night|:camera], or a directory of class folders. Default: ${DEFAULT-VALUE}.")
    String data = "synthetic";

    @Option(
            names = "--skip-bad",
            description =
                    "Skip images that cannot be decoded, and class folders that cannot be read or are empty. Without this flag the command lists them and stops.")
    boolean skipBad;

    @Option(names = "--out", paramLabel = "DIR", description = "Directory of the bundle. Default: bundles/RECIPE.")
    @Nullable
    Path out;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The bundle's name. Default: the name of its directory.")
    @Nullable
    String name;

    @Option(
            names = "--input-size",
            paramLabel = "PIXELS",
            description = "Height and width of the input in pixels, a multiple of 32.")
    @Nullable
    Integer inputSize;

    @Option(names = "--width", paramLabel = "FACTOR", description = "Factor of VGG16's channel counts.")
    @Nullable
    Double width;

    @Option(names = "--hidden", paramLabel = "N", description = "Width of the fully connected layers.")
    @Nullable
    Integer hidden;

    @Option(names = "--epochs", paramLabel = "N", description = "Length of the backbone's training in epochs.")
    @Nullable
    Double epochs;

    @Option(
            names = "--images",
            paramLabel = "N",
            description = "Number of images that the backbone is trained on; an image counts each time it is used.")
    @Nullable
    Long images;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "Length of the backbone's training in minutes; the learning-rate schedule ends with it.")
    @Nullable
    Double minutes;

    @Option(
            names = "--until",
            paramLabel = "HH:MM",
            description = "End of the backbone's training as a time of day, today or tomorrow.")
    @Nullable
    String until;

    @Option(
            names = "--bottleneck",
            paramLabel = "KIND",
            description = "Loss of the autoencoder's training: paper, rate-aware or task-aware.")
    @Nullable
    String bottleneck;

    @Option(
            names = "--tune-head",
            negatable = true,
            description =
                    "With --bottleneck=task-aware: continue to train the head, together with the decoder, on quantised codes.")
    @Nullable
    Boolean tuneHead;

    @Option(
            names = "--bottleneck-seeds",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Number of autoencoders to train, with different seeds. The bundle contains the first; its provenance has the results of all. Default: ${DEFAULT-VALUE}.")
    int bottleneckSeeds = 1;

    @Option(
            names = "--compact",
            negatable = true,
            description = "Store 8-bit weights, and add int8 and fp16 variants of the compressor.")
    @Nullable
    Boolean compact;

    @Option(
            names = "--normalisation",
            paramLabel = "data|imagenet|R,G,B/R,G,B",
            description =
                    "Mean and standard deviation of the input; 'data' measures them. Default: data, or imagenet with --backbone.")
    @Nullable
    String normalisation;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Random seed of the split, of the order of the images and of the initial weights. Default: ${DEFAULT-VALUE}.")
    long seed = 1;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "Number of training threads; 0 for one per core. Default: ${DEFAULT-VALUE}.")
    int threads;

    @Option(
            names = "--device",
            paramLabel = "cpu|cuda|cuda:n|auto",
            defaultValue = "cpu",
            description =
                    "Device that computes the features of the frozen backbone. Training runs on the CPU. Default: ${DEFAULT-VALUE}.")
    String device = "cpu";

    @Option(
            names = "--checkpoint-dir",
            paramLabel = "DIR",
            description = "Directory of the checkpoints. Default: beside the bundle.")
    @Nullable
    Path checkpoints;

    @Option(
            names = "--checkpoint-minutes",
            paramLabel = "N",
            defaultValue = "10",
            description = "Minutes between checkpoints. Default: ${DEFAULT-VALUE}.")
    double checkpointMinutes = 10;

    @Option(names = "--resume", description = "Continue from the newest checkpoint.")
    boolean resume;

    @Option(
            names = {"--restart-schedule", "--again"},
            description =
                    "With --resume: restart the learning-rate schedule, to train a finished backbone further. (--again is the deprecated name of this flag.)")
    boolean restartSchedule;

    @Option(
            names = {"--warm-start", "--start"},
            paramLabel = "BUNDLE",
            description =
                    "Initialise backbone and head with those of this bundle, widened to the recipe's width. Data and input size must be equal. Default: random weights. (--start is the deprecated name of this flag.)")
    @Nullable
    Path warmStart;

    @Option(
            names = "--backbone",
            paramLabel = "FILE.onnx",
            description = "ONNX file of a trained VGG16, to import instead of training a backbone.")
    @Nullable
    Path backbone;

    @Option(
            names = "--head",
            paramLabel = "FILE.onnx",
            description = "ONNX file of the fully connected layers of --backbone.")
    @Nullable
    Path head;

    TrainOptions() {}

    /** Parses and checks the options of a command line. */
    public static TrainOptions parse(String... words) {
        var options = new TrainOptions();
        new CommandLine(options).parseArgs(words);
        return options.requireValid();
    }

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if a value is invalid or options contradict each other
     */
    TrainOptions requireValid() {
        if (restartSchedule && !resume) {
            throw new IllegalArgumentException("--restart-schedule needs a checkpoint: give --resume, too");
        }
        if (warmStart != null && backbone != null) {
            throw new IllegalArgumentException(
                    "--backbone imports a backbone unchanged, --warm-start trains the backbone of a bundle further:"
                            + " give only one of them");
        }
        if (bottleneckSeeds < 1) {
            throw new IllegalArgumentException("bottleneck seeds is " + bottleneckSeeds + "; it must be at least 1");
        }
        if (threads < 0 || !(checkpointMinutes > 0)) {
            throw new IllegalArgumentException("threads is " + threads + " and checkpoint minutes " + checkpointMinutes
                    + "; threads must be at least 0, checkpoint minutes above 0");
        }
        device();
        end();
        return this;
    }

    /** The directory of the new bundle. */
    Path out() {
        return out != null
                ? out
                : Path.of("bundles", Path.of(recipe).getFileName().toString().replace(".yaml", ""));
    }

    /** The device that computes the features of the frozen backbone. */
    Device device() {
        return Device.parse(device);
    }

    /** The wall-clock end of the backbone's training, or null. */
    @Nullable
    Instant end() {
        if (until == null) {
            return null;
        }
        try {
            ZoneId zone = ZoneId.systemDefault();
            ZonedDateTime end = ZonedDateTime.of(LocalDate.now(zone), LocalTime.parse(until), zone);
            return (end.isBefore(ZonedDateTime.now(zone)) ? end.plusDays(1) : end).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("--until is '" + until + "'; it must be a time such as 17:30", e);
        }
    }

    /** The requested normalisation, or null to measure it on the data. */
    @Nullable
    Normalisation requestedNormalisation() {
        String text = normalisation != null ? normalisation : backbone != null ? "imagenet" : "data";
        return text.equals("data") ? null : Normalisation.parse(text);
    }

    /** Applies these options to a recipe. */
    Recipe applyTo(Recipe base) {
        return base.with(
                inputSize,
                width,
                hidden,
                compact,
                base.backbone().withLength(epochs, images, minutes),
                base.bottleneck().with(bottleneck, tuneHead));
    }
}
