package io.featherwire.codec.bundle;

import java.nio.file.Path;

/** Writes the manifest that makes a directory of models and tables a bundle. */
public final class BundleWriter {

    private BundleWriter() {}

    /**
     * Hashes the files that the draft names, including those in its {@code files}, writes {@code bundle.json} by an
     * atomic rename, and loads the bundle.
     *
     * @param directory the directory that already holds the files
     * @param draft the manifest; its hashes may be missing or old
     */
    public static Bundle write(Path directory, BundleManifest draft) throws BundleException {
        BundleManifest manifest = draft.withFiles(Bundle.hashes(directory, draft));
        ManifestFiles.write(directory, Bundle.MANIFEST, manifest);
        return Bundle.load(directory);
    }
}
