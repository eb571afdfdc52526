package io.featherwire.trainer;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.datasets.DatasetException;
import io.featherwire.datasets.FileNames;
import io.featherwire.trainer.recipe.Recipe;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train}: options to a bundle. Also a separate program, since a training needs other malloc settings. */
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

    /** Deprecated flags, each with the one that replaces it. */
    private static final Map<String, String> RENAMED =
            Map.of("--again", "--restart-schedule", "--start", "--warm-start");

    @Spec
    private CommandSpec spec;

    @Mixin
    private TrainOptions options = new TrainOptions();

    @Option(names = "--show-recipe", description = "Print the recipe, to copy and change, and stop")
    private boolean showRecipe;

    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT);
        System.exit(new CommandLine(new TrainCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        warnOfDeprecatedFlags();
        if (showRecipe) {
            System.out.print(
                    Recipe.BUILT_IN.contains(options.recipe)
                            ? Recipe.text(options.recipe)
                            : Recipe.find(options.recipe).yaml());
            return 0;
        }
        try (ConsoleProgress console = new ConsoleProgress(System.out)) {
            Bundle bundle = TrainingRun.run(options.checked(), console);
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

    private void warnOfDeprecatedFlags() {
        for (String word : spec.commandLine().getParseResult().originalArgs()) {
            String flag = word.replaceFirst("=.*", "");
            if (RENAMED.containsKey(flag)) {
                spec.commandLine().getErr().println("train: " + flag + " is deprecated, use " + RENAMED.get(flag));
            }
        }
    }
}
