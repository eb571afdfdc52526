package io.featherwire.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparedImagesTest {

    @TempDir
    private Path cache;

    private final AtomicInteger made = new AtomicInteger();

    private Split ready(Dataset dataset, int count) throws IOException {
        return PreparedImages.of(dataset, count, cache, done -> made.incrementAndGet());
    }

    private static void assertSame(Split actual, Split expected) {
        assertThat(actual.size()).isEqualTo(expected.size());
        IntStream.range(0, expected.size()).forEach(i -> {
            try {
                assertThat(actual.get(i).id()).isEqualTo(expected.get(i).id());
                assertThat(actual.get(i).label()).isEqualTo(expected.get(i).label());
                assertThat(actual.get(i).image().encoding())
                        .isEqualTo(expected.get(i).image().encoding());
                assertThat(actual.get(i).image().bytes())
                        .isEqualTo(expected.get(i).image().bytes());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    @Test
    void shouldRenderOnceAndKeepForTheNextRun() throws IOException {
        // Given
        Dataset scenes = SyntheticDataset.parse("synthetic:200");
        Split first = ready(scenes, 30);
        int rendered = made.getAndSet(0);

        // When
        Split second = ready(scenes, 30);

        // Then
        assertSame(first, scenes.test().first(30));
        assertSame(second, scenes.test().first(30));
        assertThat(rendered).isEqualTo(30);
        assertThat(made).hasValue(0);
    }

    @Test
    void shouldRenderOnlyMissingImages() throws IOException {
        // Given
        Dataset scenes = SyntheticDataset.parse("synthetic:200");
        ready(scenes, 10);
        made.set(0);

        // When
        Split more = ready(scenes, 1_000);
        Split fewer = ready(scenes, 5);

        // Then
        assertSame(more, scenes.test());
        assertSame(fewer, scenes.test().first(5));
        assertThat(made).hasValue(30);
    }

    @Test
    void shouldKeepTheImagesOfDataSetsApart() throws IOException {
        // Given
        ready(SyntheticDataset.parse("synthetic:200"), 10);

        // When
        Dataset night = SyntheticDataset.parse("synthetic:200:night");

        // Then
        assertSame(ready(night, 10), night.test().first(10));
    }

    @Test
    void shouldRenderAgainIfTheCacheIsDamaged() throws IOException {
        // Given
        Dataset scenes = SyntheticDataset.parse("synthetic:200");
        ready(scenes, 10);
        Path file;
        try (var files = Files.list(cache.resolve("frames"))) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            file = all.get(0);
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        // Then
        assertSame(ready(scenes, 10), scenes.test().first(10));

        // And when the file is truncated
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 3));
        assertSame(ready(scenes, 10), scenes.test().first(10));
    }

    @Test
    void shouldReadFilesInAdvanceWithoutCachingThem() throws IOException {
        // Given
        Path folder = cache.resolve("data/test/cat");
        Files.createDirectories(folder);
        Files.createDirectories(cache.resolve("data/test/dog"));
        byte[] jpeg =
                SyntheticDataset.parse("synthetic:200").test().get(0).image().bytes();
        Files.write(folder.resolve("a.jpg"), jpeg);
        Files.write(cache.resolve("data/test/dog/b.jpg"), jpeg);
        Dataset dataset = Datasets.open(cache.resolve("data").toString(), cache, DownloadListener.SILENT);

        // When
        Split ready = ready(dataset, 10);
        Files.delete(folder.resolve("a.jpg"));

        // Then
        assertThat(IntStream.range(0, 2))
                .allSatisfy(i -> assertThat(ready.get(i).image().bytes()).isEqualTo(jpeg));
        assertThat(cache.resolve("frames")).doesNotExist();
    }
}
