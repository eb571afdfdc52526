package io.featherwire.trainer;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.trainer.recipe.Recipe;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The command {@code train}, which trains a bundle. It runs in a separate process, because training needs other malloc
 * settings.
 */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Train VGG16 and the autoencoder, and write a bundle.",
        footer = {
            "",
            "With glibc, training is two to three times slower without these environment variables:",
            "  MALLOC_ARENA_MAX=1 MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=17179869184",
            "  MALLOC_TOP_PAD_=268435456 THP_MEM_ALLOC_ENABLE=1"
        })
public final class TrainCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int INVALID = 2;
    private static final int STOPPED = 130;

    /** Deprecated flags and their replacements. */
    private static final Map<String, String> RENAMED =
            Map.of("--again", "--restart-schedule", "--start", "--warm-start");

    @Spec
    private CommandSpec spec;

    @Mixin
    private TrainOptions options = new TrainOptions();

    @Option(names = "--show-recipe", description = "Print the recipe as YAML and exit.")
    private boolean showRecipe;

    @Override
    public Integer call() throws IOException, BundleException {
        warnOfDeprecatedFlags();
        try {
            if (showRecipe) {
                System.out.print(
                        Recipe.BUILT_IN.contains(options.recipe)
                                ? Recipe.readBuiltIn(options.recipe)
                                : Recipe.find(options.recipe).toYaml());
            } else {
                train();
            }
            return 0;
        } catch (InterruptedException e) {
            print(e.getMessage());
            return STOPPED;
        } catch (IllegalArgumentException e) {
            print(e.getMessage());
            return INVALID;
        } catch (IllegalStateException e) {
            print(e.getMessage());
            return FAILED;
        }
    }

    private void train() throws IOException, BundleException, InterruptedException {
        try (ConsoleProgress console = new ConsoleProgress(System.out)) {
            Bundle bundle = TrainingRun.run(options.requireValid(), console);
            console.onMessage("bundle " + bundle + " in " + bundle.directory());
        }
    }

    private void warnOfDeprecatedFlags() {
        for (String word : spec.commandLine().getParseResult().originalArgs()) {
            String flag = word.replaceFirst("=.*", "");
            if (RENAMED.containsKey(flag)) {
                print(flag + " is deprecated, use " + RENAMED.get(flag));
            }
        }
    }

    private void print(@Nullable String message) {
        spec.commandLine().getErr().println("featherwire: " + message);
    }
}
