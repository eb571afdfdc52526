package io.featherwire.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheDirectoryTest {

    @Test
    void shouldPreferFeatherwireCacheThenXdgCacheThenHome() {
        assertThat(CacheDirectory.locate(Map.of("FEATHERWIRE_CACHE", "/a", "XDG_CACHE_HOME", "/b"), "/h"))
                .isEqualTo(Path.of("/a"));
        assertThat(CacheDirectory.locate(Map.of("XDG_CACHE_HOME", "/b"), "/h")).isEqualTo(Path.of("/b/featherwire"));
        assertThat(CacheDirectory.locate(Map.of("FEATHERWIRE_CACHE", " "), "/h"))
                .isEqualTo(Path.of("/h/.cache/featherwire"));
    }
}
