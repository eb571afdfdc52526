package io.featherwire.cli.demo;

import io.featherwire.cli.console.CommandException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Trains a small bundle in a separate process, since training needs settings of the memory allocator that this process
 * must not have.
 */
interface QuickTraining {

    String RECIPE = "quick";

    /**
     * Trains a bundle.
     *
     * @param spec the data set, as a value of the flag --data
     *
     * @param directory the directory of the bundle, which does not exist yet
     *
     * @param name the name of the bundle
     */
    void run(String spec, Path directory, String name) throws IOException;

    /**
     * Runs {@code featherwire train} in a child process with this process's class path, standard output and standard
     * error.
     */
    static QuickTraining inChildProcess(boolean skipBad) {
        return (spec, directory, name) -> {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-Djava.awt.headless=true",
                    "io.featherwire.cli.Featherwire",
                    "train",
                    "--recipe",
                    RECIPE,
                    "--data",
                    spec,
                    "--out",
                    directory.toString(),
                    "--name",
                    name,
                    "--checkpoint-dir",
                    directory + ".checkpoints"));
            if (skipBad) {
                command.add("--skip-bad");
            }
            var builder = new ProcessBuilder(command).inheritIO();
            builder.environment().putAll(TrainerEnvironment.MALLOC);
            Process process = builder.start();
            var kill = new Thread(process::destroy, "stop-training");
            Runtime.getRuntime().addShutdownHook(kill);
            try {
                int exit = process.waitFor();
                Runtime.getRuntime().removeShutdownHook(kill);
                if (exit != 0) {
                    throw new CommandException("training the demonstration's bundle failed, see above");
                }
            } catch (InterruptedException e) {
                process.destroy();
                Thread.currentThread().interrupt();
                throw new CommandException("interrupted while training", e);
            }
        };
    }
}
