package io.featherwire.codec.bundle;

import java.nio.file.Path;

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
        ManifestFiles.write(directory, Bundle.MANIFEST, manifest);
        return Bundle.load(directory);
    }
}
