package io.featherwire.datasets;

import java.nio.file.Path;
import java.util.Map;

/** The directory in which downloads and trained bundles are kept between runs. */
public final class CacheDirectory {

    private CacheDirectory() {}

    /** {@code $FEATHERWIRE_CACHE}, else {@code $XDG_CACHE_HOME/featherwire}, else {@code ~/.cache/featherwire}. */
    public static Path locate() {
        return locate(System.getenv(), System.getProperty("user.home", "."));
    }

    static Path locate(Map<String, String> environment, String home) {
        String own = environment.getOrDefault("FEATHERWIRE_CACHE", "");
        if (!own.isBlank()) {
            return Path.of(own).toAbsolutePath();
        }
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path caches = xdg.isBlank() ? Path.of(home, ".cache") : Path.of(xdg);
        return caches.resolve("featherwire").toAbsolutePath();
    }
}
