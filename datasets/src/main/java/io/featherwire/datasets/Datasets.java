package io.featherwire.datasets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens a data set by the argument of {@code --data}. */
public final class Datasets {

    private Datasets() {}

    /** Opens a data set with the user's cache directory and without reports of a download's progress. */
    public static Dataset open(String spec) throws IOException {
        return open(spec, CacheDirectory.locate(), DownloadListener.SILENT);
    }

    /**
     * Opens a data set.
     *
     * @param spec {@code cifar10}; {@code synthetic[:option]...}, see {@link SyntheticDataset#parse}; or a directory of
     *     images, see {@link ImageFolderDataset}
     * @throws DatasetException if the data set does not exist or is unusable
     */
    public static Dataset open(String spec, Path cache, DownloadListener listener) throws IOException {
        return open(spec, cache, listener, false);
    }

    /**
     * Opens a data set as {@link #open(String, Path, DownloadListener)} does.
     *
     * @param lenient whether unreadable or empty class folders are skipped and added to the remarks
     */
    public static Dataset open(String spec, Path cache, DownloadListener listener, boolean lenient) throws IOException {
        if (spec.equals("cifar10")) {
            return Cifar10Dataset.open(cache, Download.withLongTimeouts(), listener);
        }
        if (spec.equals("synthetic") || spec.startsWith("synthetic:")) {
            return SyntheticDataset.parse(spec);
        }
        Path directory = Path.of(spec);
        if (!Files.isDirectory(directory)) {
            throw new DatasetException(
                    "no data set '%s': expected cifar10, synthetic[:images][:fog|:night|:camera], or a directory of images"
                            .formatted(spec));
        }
        return ImageFolderDataset.open(directory, lenient);
    }
}
