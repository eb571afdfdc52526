package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedDirectoryTest {

    @TempDir
    private Path root;

    private long now;
    private WatchedDirectory watched;

    @BeforeEach
    void watch() {
        watched = new WatchedDirectory(root, Duration.ofSeconds(1), () -> now);
    }

    @Test
    void shouldTakeAFileOnlyWhenItNoLongerGrows() throws Exception {
        // Given
        Path file = root.resolve("a.jpg");
        Files.writeString(file, "12");
        assertThat(look()).isEmpty();
        Files.writeString(file, "1234");
        assertThat(look()).isEmpty();
        // When
        List<String> found = look();
        // Then
        assertThat(found).containsExactly("a.jpg:4");
        assertThat(look()).isEmpty();
    }

    @Test
    void shouldTakeAFileAgainWhenItIsReplaced() throws Exception {
        Files.writeString(root.resolve("a.png"), "1");
        look();
        assertThat(look()).containsExactly("a.png:1");
        Files.writeString(root.resolve("a.png"), "123");
        look();
        assertThat(look()).containsExactly("a.png:3");
    }

    @Test
    void shouldLookIntoFoldersAndPastOtherFiles() throws Exception {
        Files.createDirectories(root.resolve("b/c"));
        Files.writeString(root.resolve("b/c/z.jpeg"), "1");
        Files.writeString(root.resolve("b/.z.jpg.part"), "1");
        Files.writeString(root.resolve("notes.txt"), "1");
        look();
        assertThat(look()).containsExactly(Path.of("b", "c", "z.jpeg") + ":1");
    }

    @Test
    void shouldOverlookWhatIsThereAlreadyUnlessAsked() throws Exception {
        Files.writeString(root.resolve("old.jpg"), "1");
        var fresh = WatchedDirectory.at(root, Duration.ofMillis(10), false);
        for (int i = 0; i < 5; i++) {
            assertThat(fresh.next()).isNull();
            Thread.sleep(12);
        }
        assertThatThrownBy(() -> WatchedDirectory.at(root.resolve("no"), Duration.ofMillis(10), true))
                .isInstanceOf(NoSuchFileException.class);
    }

    private List<String> look() throws IOException {
        now += 2_000_000_000L;
        List<String> found = new ArrayList<>();
        for (Shot shot = watched.next(); shot != null; shot = watched.next()) {
            found.add(shot.origin() + ":" + shot.image().bytes().length);
        }
        return found;
    }
}
