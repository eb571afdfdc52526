package io.featherwire.codec.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Completes a directory of models and tables to a bundle. */
public final class BundleWriter {

    private BundleWriter() {}

    /**
     * Hashes the files that the draft names (those in its {@code files} too, whatever hash they have there), writes
     * {@code bundle.json} by an atomic rename, and loads the result.
     *
     * @param directory holds the files already
     * @param draft the manifest, its hashes missing or old
     */
    public static Bundle write(Path directory, BundleManifest draft) throws BundleException {
        BundleManifest manifest = draft.withFiles(Bundle.hashes(directory, draft));
        Path target = directory.resolve(Bundle.MANIFEST);
        try {
            Path temporary = Files.createTempFile(directory, "bundle", ".tmp");
            try {
                Files.write(temporary, ManifestJson.write(manifest));
                temporary.toFile().setReadable(true, false);
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new BundleException(target + " cannot be written: " + e.getMessage(), e);
        }
        return Bundle.load(directory);
    }
}
