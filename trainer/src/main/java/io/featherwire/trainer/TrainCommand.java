package io.featherwire.trainer;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.onnx.Device;
import io.featherwire.datasets.DatasetException;
import io.featherwire.datasets.FileNames;
import io.featherwire.trainer.recipe.Recipe;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code train}: options to a bundle. Also a program of its own, since a training wants a JVM with other malloc settings. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Train VGG16 and the autoencoder, and write a bundle.",
        footer = {
            "",
            "Start the JVM with these in its environment, or training is two to three times slower (glibc):",
            "  MALLOC_ARENA_MAX=1 MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=17179869184",
            "  MALLOC_TOP_PAD_=268435456 THP_MEM_ALLOC_ENABLE=1"
        })
public final class TrainCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int UNUSABLE = 2;
    private static final int STOPPED = 130;

    @Option(
            names = "--recipe",
            paramLabel = "NAME|FILE",
            defaultValue = "quick",
            description = "test, quick, reference, wide, paper, or a YAML file like theirs; default: ${DEFAULT-VALUE}")
    private String recipe = "quick";

    @Option(names = "--show-recipe", description = "Print the recipe, to copy and change, and stop")
    private boolean showRecipe;

    @Option(
            names = "--data",
            paramLabel = "DIR|cifar10|synthetic",
            defaultValue = "synthetic",
            description = "Training data; default: ${DEFAULT-VALUE}")
    private String data = "synthetic";

    @Option(
            names = "--skip-bad",
            description =
                    "Leave out images that cannot be decoded, and class folders that cannot be read or hold no image;"
                            + " else all are listed and nothing is trained")
    private boolean skipBad;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the bundle goes; default: bundles/RECIPE")
    private @Nullable Path out;

    @Option(names = "--name", description = "Name of the bundle; default: its directory's")
    private @Nullable String name;

    @Option(names = "--input-size", paramLabel = "PIXELS", description = "Side of the input, a multiple of 32")
    private @Nullable Integer inputSize;

    @Option(names = "--width", paramLabel = "FACTOR", description = "On the channel counts; 1.0 is VGG16")
    private @Nullable Double width;

    @Option(names = "--hidden", paramLabel = "N", description = "Width of the fully connected layers")
    private @Nullable Integer hidden;

    @Option(names = "--epochs", paramLabel = "N", description = "Length of the backbone's training, in epochs")
    private @Nullable Double epochs;

    @Option(names = "--images", paramLabel = "N", description = "... in image passes")
    private @Nullable Long images;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "... in minutes of training; the schedule is fitted in")
    private @Nullable Double minutes;

    @Option(names = "--until", paramLabel = "HH:MM", description = "... by the clock, today or tomorrow")
    private @Nullable String until;

    @Option(names = "--bottleneck", paramLabel = "KIND", description = "paper, rate-aware or task-aware")
    private @Nullable String bottleneck;

    @Option(
            names = "--tune-head",
            negatable = true,
            description = "Tune the head with the decoder on quantised codes (task-aware)")
    private @Nullable Boolean tuneHead;

    @Option(
            names = "--bottleneck-seeds",
            paramLabel = "N",
            defaultValue = "1",
            description = "Autoencoders to train; the first is the bundle's, all give the spread; "
                    + "default: ${DEFAULT-VALUE}")
    private int bottleneckSeeds = 1;

    @Option(
            names = "--compact",
            negatable = true,
            description = "Store weights as bytes, with int8 and float16 variants of the compressor")
    private @Nullable Boolean compact;

    @Option(
            names = "--normalisation",
            paramLabel = "data|imagenet|R,G,B/R,G,B",
            description = "Mean and deviation of the input; default: measured, for imported backbones imagenet")
    private @Nullable String normalisation;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of split, order and weights; default: ${DEFAULT-VALUE}")
    private long seed = 1;

    @Option(names = "--threads", defaultValue = "0", description = "Of the training; 0, the default: one per core")
    private int threads;

    @Option(
            names = "--device",
            paramLabel = "cpu|cuda|cuda:n|auto",
            defaultValue = "cpu",
            description = "Computes the features of the frozen backbone; networks are trained on the CPU. "
                    + "Default: ${DEFAULT-VALUE}")
    private String device = "cpu";

    @Option(names = "--checkpoint-dir", paramLabel = "DIR", description = "Default: beside the bundle")
    private @Nullable Path checkpoints;

    @Option(
            names = "--checkpoint-minutes",
            paramLabel = "N",
            defaultValue = "10",
            description = "Time between checkpoints; default: ${DEFAULT-VALUE}")
    private double checkpointMinutes = 10;

    @Option(names = "--resume", description = "Go on from the newest checkpoint")
    private boolean resume;

    @Option(
            names = "--again",
            description = "With --resume: begin a new cycle of the learning rate, to train a finished backbone on")
    private boolean again;

    @Option(
            names = "--start",
            paramLabel = "BUNDLE",
            description = "Begin with the backbone and head of this bundle, of the same data and input size, "
                    + "widened to the recipe's width; default: from scratch")
    private @Nullable Path start;

    @Option(names = "--backbone", paramLabel = "FILE.onnx", description = "A VGG16 trained elsewhere, to import")
    private @Nullable Path backbone;

    @Option(names = "--head", paramLabel = "FILE.onnx", description = "Its fully connected layers")
    private @Nullable Path head;

    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT);
        System.exit(new CommandLine(new TrainCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        if (showRecipe) {
            System.out.print(
                    Recipe.BUILT_IN.contains(recipe)
                            ? Recipe.text(recipe)
                            : Recipe.find(recipe).yaml());
            return 0;
        }
        try (ConsoleProgress console = new ConsoleProgress(System.out)) {
            Bundle bundle = TrainingRun.run(options(), console);
            console.noted("bundle " + bundle + " in " + bundle.directory());
            return 0;
        } catch (InterruptedException e) {
            System.err.println(e.getMessage());
            return STOPPED;
        } catch (DatasetException e) {
            System.err.println("train: " + e.getMessage());
            return UNUSABLE;
        } catch (BundleException | IllegalArgumentException | IllegalStateException e) {
            System.err.println("train: " + e.getMessage());
            return FAILED;
        } catch (FileSystemException e) {
            System.err.println("train: " + FileNames.reason(Path.of(String.valueOf(e.getFile())), e)
                    + "; give this user the right to it, or name another place");
            return UNUSABLE;
        } catch (IOException e) {
            System.err.println("train: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return FAILED;
        }
    }

    private TrainOptions options() {
        String bundle = Path.of(recipe).getFileName().toString().replace(".yaml", "");
        return TrainOptions.builder(recipe, data, out != null ? out : Path.of("bundles", bundle))
                .name(name)
                .inputSize(inputSize)
                .width(width)
                .hidden(hidden)
                .epochs(epochs)
                .images(images)
                .minutes(minutes)
                .until(until == null ? null : end(until))
                .bottleneck(bottleneck)
                .tuneHead(tuneHead)
                .bottleneckSeeds(bottleneckSeeds)
                .compact(compact)
                .normalisation(normalisation)
                .seed(seed)
                .threads(threads)
                .device(Device.parse(device))
                .checkpoints(checkpoints)
                .checkpointMinutes(checkpointMinutes)
                .resume(resume)
                .again(again)
                .start(start)
                .skipBad(skipBad)
                .backbone(backbone)
                .head(head)
                .build();
    }

    private static Instant end(String time) {
        try {
            ZonedDateTime end = ZonedDateTime.of(LocalDate.now(), LocalTime.parse(time), ZoneId.systemDefault());
            return (end.isBefore(ZonedDateTime.now()) ? end.plusDays(1) : end).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("--until is '" + time + "'; it must be a time such as 17:30", e);
        }
    }
}
