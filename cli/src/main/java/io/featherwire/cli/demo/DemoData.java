package io.featherwire.cli.demo;

import static java.util.Objects.requireNonNull;

import io.featherwire.cli.console.ProgressLine;
import io.featherwire.datasets.Cifar10Dataset;
import io.featherwire.datasets.Dataset;
import io.featherwire.datasets.DatasetException;
import io.featherwire.datasets.Datasets;
import io.featherwire.datasets.Download;
import io.featherwire.datasets.DownloadListener;
import io.featherwire.datasets.ImageFolderDataset;
import io.featherwire.datasets.PreparedImages;
import io.featherwire.datasets.Split;
import io.featherwire.producer.DatasetSource;
import io.featherwire.producer.FileSource;
import io.featherwire.producer.ImageSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The images of the demonstration.
 *
 * @param spec the value of the flag --data
 * @param dataset the labelled images; empty for a directory without class folders
 */
record DemoData(String spec, String name, Optional<Dataset> dataset) {

    private static final String CIFAR10 = "cifar10";
    private static final String SYNTHETIC = "synthetic";

    DemoData {
        requireNonNull(spec, "spec");
        requireNonNull(name, "name");
        requireNonNull(dataset, "dataset");
    }

    /**
     * Opens the requested data. Without a request, it is CIFAR-10 if this can be downloaded quickly, otherwise rendered
     * scenes.
     */
    static DemoData open(Optional<String> asked, Path cache, PrintStream out, DownloadListener download)
            throws IOException {
        if (asked.isPresent()) {
            Path directory = Path.of(asked.get());
            if (Files.isDirectory(directory) && !ImageFolderDataset.isLaidOut(directory)) {
                return new DemoData(asked.get(), nameOf(directory), Optional.empty());
            }
            // Images that cannot be read are left out of the demonstration; the training reports them itself.
            Dataset dataset = Datasets.open(asked.get(), cache, download, true);
            dataset.remarks().forEach(out::println);
            return of(asked.get(), dataset);
        }
        if (!Cifar10Dataset.isCached(cache)) {
            out.println("No --data given: trying to download CIFAR-10 (162 MiB, once) …");
        }
        try {
            return of(CIFAR10, Cifar10Dataset.open(cache, Download.withShortTimeouts(), download));
        } catch (IOException e) {
            out.println("CIFAR-10 cannot be downloaded, so the demo uses rendered scenes (--data synthetic): "
                    + e.getMessage());
            return of(SYNTHETIC, Datasets.open(SYNTHETIC, cache, download));
        }
    }

    private static DemoData of(String spec, Dataset dataset) {
        return new DemoData(spec, dataset.name(), Optional.of(dataset));
    }

    /**
     * The first {@code frames} test images, which are rendered or read before this method returns, so that the streams
     * never wait for them. Empty for a directory without class folders.
     */
    Optional<Split> prepareImages(int frames, Path cache, PrintStream out) throws IOException {
        if (dataset.isEmpty()) {
            return Optional.empty();
        }
        try (var progress = new ProgressLine(
                out, "images", Math.min(frames, dataset.get().test().size()))) {
            return Optional.of(PreparedImages.of(dataset.get(), frames, cache, done -> {
                synchronized (progress) {
                    progress.show(done, "");
                }
            }));
        }
    }

    /**
     * The source of the frames: the images, repeated if there are fewer than {@code frames}, or the files of a
     * directory.
     */
    ImageSource source(Optional<Split> ready, int frames) throws IOException {
        if (ready.isEmpty()) {
            FileSource files = FileSource.below(Path.of(spec), false);
            if (files.isExhausted()) {
                throw new DatasetException(String.join(
                        "; ",
                        Stream.concat(
                                        Stream.of("'" + spec + "' holds no .jpg, .jpeg or .png file"),
                                        files.remarks().stream())
                                .toList()));
            }
            return files;
        }
        Split images = ready.get();
        return new DatasetSource(name, classes(), images, frames > images.size());
    }

    List<String> classes() {
        return dataset.map(Dataset::classes).orElse(List.of());
    }

    private static String nameOf(Path directory) {
        return String.valueOf(directory.toAbsolutePath().normalize().getFileName());
    }
}
