package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.featherwire.datasets.ImageTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedDirectoryTest {

    @TempDir
    private Path directory;

    private Path root;
    private long now;
    private UnaryOperator<ImageTree> view = tree -> tree;
    private WatchedDirectory watched;

    @BeforeEach
    void watch() throws IOException {
        root = Files.createDirectory(directory.resolve("in"));
        watchAnew();
    }

    @Test
    void shouldSendAFileOnlyWhenItNoLongerGrows() throws Exception {
        // Given
        put("a.jpg", "12");
        assertThat(look()).isEmpty();
        put("a.jpg", "1234");
        assertThat(look()).isEmpty();
        // When
        List<String> found = look();
        // Then
        assertThat(found).containsExactly("a.jpg:1234");
        assertThat(look()).isEmpty();
    }

    @Test
    void shouldSendAFileAgainWhenItIsReplaced() throws Exception {
        put("a.png", "1");
        assertThat(looks()).containsExactly("a.png:1");
        put("a.png", "123");
        assertThat(looks()).containsExactly("a.png:123");
    }

    @Test
    void shouldNotSendTheSameContentUnderTheSameNameAgain() throws Exception {
        // Given
        FileTime earlier = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
        FileTime later = FileTime.from(Instant.parse("2026-01-02T00:00:00Z"));
        put("touched.jpg", "1", earlier);
        put("written.jpg", "2", earlier);
        put("deleted.jpg", "3", earlier);
        assertThat(looks()).hasSize(3);
        // When
        Files.setLastModifiedTime(root.resolve("touched.jpg"), later);
        put("written.jpg", "2", later);
        Files.delete(root.resolve("deleted.jpg"));
        assertThat(looks()).isEmpty();
        put("deleted.jpg", "3", later);
        // Then
        assertThat(looks()).isEmpty();
        assertThat(watched.remarks()).anySatisfy(remark -> assertThat(remark).endsWith("and not sent again: 3"));
        // When the same content under a name that is new, and another content and the first again under one that is not
        put("new.jpg", "3", later);
        put("touched.jpg", "9", earlier);
        assertThat(looks()).containsExactly("new.jpg:3", "touched.jpg:9");
        put("touched.jpg", "1", later);
        // Then
        assertThat(looks()).containsExactly("touched.jpg:1");
    }

    @Test
    void shouldReadSubfoldersAndReportSkippedFiles() throws Exception {
        put("b/c/z.jpeg", "1");
        put("b/.z.jpg.part", "1");
        put("notes.txt", "1");
        put("b/d.webp", "1");
        assertThat(looks()).containsExactly(Path.of("b", "c", "z.jpeg") + ":1");
        assertThat(watched.remarks()).anySatisfy(remark -> assertThat(remark)
                .contains("2 files skipped", "1 .txt (notes.txt)", "1 .webp (d.webp)"));
    }

    @Test
    void shouldSkipExistingFilesUnlessRequested() throws Exception {
        // Given
        put("old.jpg", "1");
        var fresh = WatchedDirectory.of(root, Duration.ofMillis(10), false);
        // When
        Files.move(root.resolve("old.jpg"), root.resolve("renamed.jpg"));
        put("new.jpg", "22");
        // Then
        List<String> found = new ArrayList<>();
        await().until(() -> {
            SourceImage picture = fresh.next();
            if (picture != null) {
                found.add(picture.origin());
            }
            return found.contains("new.jpg");
        });
        assertThat(found).containsExactly("new.jpg");
        assertThatThrownBy(() -> WatchedDirectory.of(root.resolve("no"), Duration.ofMillis(10), true))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void shouldSendNothingTwiceAfterAPartialListing() throws Exception {
        // Given
        put("a/1.jpg", "1");
        put("b/2.jpg", "22");
        assertThat(looks()).hasSize(2);
        // When
        for (int i = 0; i < 50; i++) {
            view = tree -> new ImageTree(
                    tree.files().subList(0, 1),
                    List.of(new ImageTree.Fault(root.resolve("b"), "permission denied", true)),
                    tree.others(),
                    0);
            assertThat(look()).isEmpty();
            view = tree -> tree;
            assertThat(looks()).isEmpty();
        }
        // Then
        put("b/3.jpg", "333");
        assertThat(looks()).containsExactly(Path.of("b", "3.jpg") + ":333");
    }

    @Test
    void shouldSendOtherFilesWhileAFolderIsUnreadableAndItsFilesLater() throws Exception {
        // Given
        put("open/1.jpg", "1");
        put("closed/2.jpg", "22");
        Path closed = root.resolve("closed");
        view = tree -> new ImageTree(
                tree.files().stream()
                        .filter(file -> !file.path().startsWith(closed))
                        .toList(),
                List.of(new ImageTree.Fault(closed, "permission denied", true)),
                tree.others(),
                0);
        // When
        List<String> without = looks();
        // Then
        assertThat(without).containsExactly(Path.of("open", "1.jpg") + ":1");
        assertThat(watched.unreadable()).isOne();
        assertThat(watched.remarks()).contains("cannot read " + closed + ": permission denied");
        view = tree -> tree;
        assertThat(looks()).containsExactly(Path.of("closed", "2.jpg") + ":22");
        assertThat(watched.unreadable()).isZero();
    }

    @Test
    void shouldFollowALinkedRootAndNoLinkInACircle() throws Exception {
        // Given
        put("a.jpg", "1");
        put("sub/b.jpg", "22");
        Files.createSymbolicLink(root.resolve("self.jpg"), root.resolve("self.jpg"));
        Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));
        Files.createSymbolicLink(root.resolve("up"), root);
        Files.createSymbolicLink(root.resolve("sub/up"), root);
        Files.createSymbolicLink(root.resolve("gone.jpg"), root.resolve("nothing.jpg"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), root);
        watched = new WatchedDirectory(link, Duration.ofSeconds(1), () -> now);
        // When
        List<String> found = looks();
        // Then
        assertThat(found).containsExactlyInAnyOrder("a.jpg:1", Path.of("sub", "b.jpg") + ":22");
        assertThat(looks()).isEmpty();
        assertThat(watched.unreadable()).isZero();
        assertThat(watched.remarks())
                .anySatisfy(remark -> assertThat(remark).contains("self.jpg", "dangling link"))
                .anySatisfy(remark -> assertThat(remark).contains("gone.jpg", "dangling link"))
                .anySatisfy(remark -> assertThat(remark).contains("up: a link to a parent folder"));
    }

    @Test
    void shouldSendAFileWithSeveralLinksOnce() throws Exception {
        // Given
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("x.jpg"), "123");
        Files.createSymbolicLink(root.resolve("one"), elsewhere);
        Files.createSymbolicLink(root.resolve("two"), elsewhere);
        put("a.jpg", "1");
        Files.createLink(root.resolve("b.jpg"), root.resolve("a.jpg"));
        assertThat(looks()).hasSize(2);
        // When
        Files.createLink(root.resolve("0.jpg"), root.resolve("a.jpg"));
        Files.move(root.resolve("a.jpg"), root.resolve("c.jpg"));
        // Then
        assertThat(looks()).isEmpty();
        Files.delete(root.resolve("0.jpg"));
        assertThat(looks()).isEmpty();
    }

    @Test
    void shouldRecogniseAFileThatIsRenamedOrMovedAwayAndBack() throws Exception {
        // Given
        put("a.jpg", "1");
        put("d/b.jpg", "22");
        assertThat(looks()).hasSize(2);
        // When
        Files.move(root.resolve("a.jpg"), root.resolve("z.jpg"));
        Files.move(root.resolve("d"), directory.resolve("away"));
        assertThat(looks()).isEmpty();
        Files.move(directory.resolve("away"), root.resolve("e"));
        // Then
        assertThat(looks()).isEmpty();
    }

    @Test
    void shouldSendAnotherFileOfTheSameSizeAndTime() throws Exception {
        // Given
        FileTime time = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
        put("a.jpg", "1", time);
        assertThat(looks()).hasSize(1);
        // When the same name, size and time, and the key that the file system gives
        Files.delete(root.resolve("a.jpg"));
        put("other.txt", "?");
        put("a.jpg", "2", time);
        put("b.jpg", "3", time);
        // Then
        assertThat(looks()).containsExactly("a.jpg:2", "b.jpg:3");
    }

    @Test
    void shouldRecogniseTheSameFileUnderAnotherKey() throws Exception {
        // Given
        FileTime time = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
        put("a.jpg", "1", time);
        assertThat(looks()).hasSize(1);
        // When, as on a file system that was mounted again
        Path copy = directory.resolve("copy");
        Files.copy(root.resolve("a.jpg"), copy, StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(copy, root.resolve("a.jpg"), StandardCopyOption.REPLACE_EXISTING);
        // Then
        assertThat(looks()).isEmpty();
    }

    @Test
    void shouldContinueWhenTheDirectoryDisappearsAndReturns() throws Exception {
        // Given
        put("a.jpg", "1");
        assertThat(looks()).hasSize(1);
        // When
        Files.move(root, directory.resolve("away"));
        assertThat(looks()).isEmpty();
        assertThat(watched.remarks()).anySatisfy(remark -> assertThat(remark).contains(root + ": no such file"));
        Files.writeString(root, "a file in its place");
        assertThat(looks()).isEmpty();
        assertThat(watched.remarks()).anySatisfy(remark -> assertThat(remark).contains(root + ": not a directory"));
        Files.delete(root);
        Files.createDirectory(root);
        put("n.jpg", "22");
        // Then
        assertThat(looks()).containsExactly("n.jpg:22");
        Files.delete(root.resolve("n.jpg"));
        Files.delete(root);
        Files.move(directory.resolve("away"), root);
        assertThat(looks()).isEmpty();
    }

    @Test
    void shouldWaitForAnEmptyFileToBeFilledAndForAnUnreadableOne() throws Exception {
        // Given
        put("empty.jpg", "");
        assertThat(looks()).isEmpty();
        assertThat(watched.unreadable()).isOne();
        // When
        put("empty.jpg", "now");
        // Then
        assertThat(looks()).containsExactly("empty.jpg:now");
        assertThat(watched.unreadable()).isZero();
    }

    @Test
    void shouldCountFilesThatDisappearedBeforeTheyWereRead() throws Exception {
        // Given
        put("a.jpg", "1");
        look();
        Files.delete(root.resolve("a.jpg"));
        look();
        put("b.jpg", "22");
        look();
        Files.move(root.resolve("b.jpg"), root.resolve("c.jpg"));
        // When
        List<String> found = looks();
        // Then
        assertThat(found).containsExactly("c.jpg:22");
        assertThat(watched.remarks())
                .anySatisfy(remark -> assertThat(remark).contains("were unchanged for one interval: 1, first a.jpg"));
    }

    @Test
    void shouldSendThousandsOfFilesInNewFoldersWithAnyNameAndTime() throws Exception {
        // Given
        FileTime future = FileTime.from(Instant.parse("2100-01-01T00:00:00Z"));
        List<String> names = IntStream.range(0, 3_000)
                .mapToObj(i -> "day-" + i % 7 + "/hour " + i % 24 + "/Bild ü" + i + ".jpg")
                .toList();
        for (String name : names) {
            put(name, name, future);
        }
        put("two\nlines.jpg", "x");
        // When
        List<String> found = looks();
        // Then
        assertThat(found).hasSize(3_001).doesNotHaveDuplicates().contains("two?lines.jpg:x");
        assertThat(looks()).isEmpty();
    }

    @Test
    void shouldKnowTheKeysOfAllFilesOnlyAfterACompleteScan() throws Exception {
        // Given
        put("a.jpg", "1");
        put("d/b.jpg", "22");
        assertThat(look()).isEmpty();
        assertThat(watched.existing()).isEmpty();
        // When
        assertThat(look()).hasSize(2);
        // Then two keys each
        assertThat(watched.existing())
                .hasValueSatisfying(keys -> assertThat(keys).hasSize(4));
        // When a folder cannot be listed
        view = tree -> new ImageTree(
                tree.files(), List.of(new ImageTree.Fault(root.resolve("d"), "access denied", true)), tree.others(), 0);
        look();
        assertThat(watched.existing()).isEmpty();
        // When it can, with a file less and one that is empty
        view = tree -> tree;
        put("empty.jpg", "");
        Files.delete(root.resolve("a.jpg"));
        look();
        assertThat(watched.existing()).isEmpty();
        look();
        // Then
        assertThat(watched.existing())
                .hasValueSatisfying(keys -> assertThat(keys).hasSize(2));
    }

    @Test
    void shouldKeepOneKeyOfARenamedOrTouchedFile() throws Exception {
        // Given
        FileTime time = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
        put("a.jpg", "1", time);
        put("b.jpg", "2", time);
        List<CaptureKeys> before = keys();
        // When another process scans
        Files.move(root.resolve("a.jpg"), root.resolve("c.jpg"));
        Files.setLastModifiedTime(root.resolve("b.jpg"), FileTime.from(Instant.parse("2026-01-02T00:00:00Z")));
        watchAnew();
        List<CaptureKeys> after = keys();
        // Then b.jpg, c.jpg
        assertThat(after.get(1).file()).isEqualTo(before.get(0).file());
        assertThat(after.get(1).name()).isNotEqualTo(before.get(0).name());
        assertThat(after.get(0).name()).isEqualTo(before.get(1).name());
        assertThat(after.get(0).file()).isNotEqualTo(before.get(1).file());
    }

    private void watchAnew() {
        watched = new WatchedDirectory(root, Duration.ofSeconds(1), () -> now, () -> view.apply(ImageTree.walk(root)));
    }

    private List<CaptureKeys> keys() {
        assertThat(look()).isEmpty();
        now += 2_000_000_000L;
        List<CaptureKeys> keys = new ArrayList<>();
        for (SourceImage picture = watched.next(); picture != null; picture = watched.next()) {
            keys.add(picture.keys());
        }
        return keys;
    }

    private void put(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void put(String name, String content, FileTime time) throws IOException {
        put(name, content);
        Files.setLastModifiedTime(root.resolve(name), time);
    }

    /** Scans twice, after which a complete file is returned. */
    private List<String> looks() {
        List<String> found = new ArrayList<>(look());
        found.addAll(look());
        return found;
    }

    private List<String> look() {
        now += 2_000_000_000L;
        List<String> found = new ArrayList<>();
        for (SourceImage picture = watched.next(); picture != null; picture = watched.next()) {
            found.add(picture.origin() + ":"
                    + new String(picture.image().bytes(), java.nio.charset.StandardCharsets.UTF_8));
        }
        return found;
    }
}
