package io.featherwire.datasets;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** The official binary archive of CIFAR-10, unpacked in the cache directory. */
final class Cifar10Archive {

    static final String SHA_256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd";

    private static final URI SOURCE = URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");
    private static final long SIZE = 170_052_171;
    private static final long FILE_SIZE = (long) Cifar10Dataset.RECORD * Cifar10Dataset.RECORDS_PER_FILE;
    private static final Set<String> FILES = Set.of(
            "data_batch_1.bin",
            "data_batch_2.bin",
            "data_batch_3.bin",
            "data_batch_4.bin",
            "data_batch_5.bin",
            "test_batch.bin");

    private final Path directory;
    private final Path archive;

    Cifar10Archive(Path cache) {
        this.directory = cache.resolve("cifar-10-batches-bin");
        this.archive = cache.resolve("cifar-10-binary.tar.gz");
    }

    boolean isPresent() {
        return isUnpacked() || Files.isRegularFile(archive);
    }

    /**
     * Returns the directory of the six unpacked files. Downloads the archive if it is missing, verifies it and unpacks
     * it. An archive that the user placed in the cache directory is verified, too.
     */
    Path downloadAndUnpack(Download download, DownloadListener listener) throws IOException {
        if (!isUnpacked()) {
            if (Files.isRegularFile(archive)) {
                Download.verify(SOURCE, archive, SIZE, SHA_256);
            } else {
                download.fetch(SOURCE, archive, SIZE, SHA_256, listener);
            }
            unpack();
        }
        return directory;
    }

    private boolean isUnpacked() {
        return FILES.stream().allMatch(name -> {
            Path file = directory.resolve(name);
            try {
                return Files.isRegularFile(file) && Files.size(file) == FILE_SIZE;
            } catch (IOException e) {
                return false;
            }
        });
    }

    private void unpack() throws IOException {
        Files.createDirectories(directory);
        var missing = new TreeSet<>(FILES);
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
                var tar = new TarArchiveInputStream(new GZIPInputStream(file, 1 << 16))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                if (missing.remove(name)) {
                    Path part = directory.resolve(name + ".part");
                    Files.copy(tar, part, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(part, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
        if (!missing.isEmpty() || !isUnpacked()) {
            throw new DatasetException(
                    "'%s' is not the binary archive of CIFAR-10: it lacks %s".formatted(archive, missing));
        }
    }
}
