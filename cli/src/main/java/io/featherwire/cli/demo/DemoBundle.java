package io.featherwire.cli.demo;

import io.featherwire.cli.console.CommandException;
import io.featherwire.cli.console.TemporaryDirectory;
import io.featherwire.cli.console.Version;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.datasets.Dataset;
import io.featherwire.trainer.recipe.Recipe;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Finds the bundle for the demonstration, and trains one if there is none. */
final class DemoBundle {

    private static final String REFERENCE = "cifar10-vgg16-half-96";
    private static final List<String> CIFAR10 =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private final Path cache;
    private final PrintStream out;
    private final QuickTraining training;

    DemoBundle(Path cache, PrintStream out, QuickTraining training) {
        this.cache = cache;
        this.out = out;
        this.training = training;
    }

    /**
     * The reference bundle if the data has the classes of CIFAR-10; otherwise a bundle that is trained on the data and
     * cached.
     */
    Bundle find(DemoData data) throws BundleException, IOException {
        Dataset dataset = data.dataset()
                .orElseThrow(() -> new CommandException("'" + data.spec()
                        + "' has no class folders, so there is nothing to train on: give a bundle with --bundle DIR"));
        if (dataset.classes().equals(CIFAR10)) {
            Optional<Path> reference = findReference();
            if (reference.isPresent()) {
                out.println("Bundle: " + reference.get() + ", trained on CIFAR-10");
                return Bundle.load(reference.get());
            }
        }
        if (dataset.train().size() == 0) {
            throw new CommandException("'" + data.spec()
                    + "' has test images only, so there is nothing to train on: give a bundle with --bundle DIR");
        }
        return train(data.spec(), dataset);
    }

    private Bundle train(String spec, Dataset dataset) throws BundleException, IOException {
        Path directory = cache.resolve("bundles").resolve("quick-" + cacheKey(dataset));
        if (Files.exists(directory.resolve(Bundle.MANIFEST))) {
            try {
                Bundle bundle = Bundle.load(directory);
                out.println("Bundle: " + directory + ", trained by an earlier demo (delete it to train again)");
                return bundle;
            } catch (BundleException e) {
                out.println("The bundle of an earlier demo is damaged and is trained again: " + e.getMessage());
            }
        }
        out.println("There is no bundle for this data yet: training a small one on this machine, once …");
        Path fresh = directory.resolveSibling(directory.getFileName() + "." + UUID.randomUUID());
        training.run(spec, fresh, QuickTraining.RECIPE + "-" + dataset.name());
        Bundle.load(fresh);
        replace(directory, fresh);
        TemporaryDirectory.delete(fresh.resolveSibling(fresh.getFileName() + ".checkpoints"));
        out.println("Bundle: " + directory);
        return Bundle.load(directory);
    }

    private static void replace(Path directory, Path fresh) throws IOException {
        if (Files.exists(directory)) {
            TemporaryDirectory.delete(directory);
        }
        Files.move(fresh, directory);
    }

    /** A hash of everything that the trained bundle depends on. */
    private static String cacheKey(Dataset dataset) throws IOException {
        String parts =
                String.join("\n", Recipe.readBuiltIn(QuickTraining.RECIPE), Version.text(), dataset.fingerprint());
        return UUID.nameUUIDFromBytes(parts.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "")
                .substring(0, 16);
    }

    /** The reference bundle in the distribution's directory or in the source tree; empty if there is none. */
    private static Optional<Path> findReference() {
        String home = System.getProperty("featherwire.home", ".");
        return Optional.of(Path.of(home, "models", REFERENCE))
                .filter(directory -> Files.isRegularFile(directory.resolve(Bundle.MANIFEST)));
    }
}
