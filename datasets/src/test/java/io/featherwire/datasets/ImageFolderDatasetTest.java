package io.featherwire.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.image.ImageEncoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderDatasetTest {

    @TempDir
    private Path root;

    @Test
    void shouldReadTrainAndTestFolders() throws Exception {
        // Given
        put("train/cat/a.jpg", "train/cat/b.JPEG", "train/dog/c.png", "test/dog/d.jpg", "test/cat/e.jpg");
        put("train/cat/.hidden.jpg", "train/cat/notes.txt", "train/.git/x.jpg");
        // When
        var dataset = ImageFolderDataset.open(root);
        // Then
        assertThat(dataset.classes()).containsExactly("cat", "dog");
        assertThat(ids(dataset.train()))
                .containsExactlyInAnyOrder("train/cat/a.jpg", "train/cat/b.JPEG", "train/dog/c.png");
        assertThat(ids(dataset.test())).containsExactlyInAnyOrder("test/dog/d.jpg", "test/cat/e.jpg");
        for (int i = 0; i < dataset.test().size(); i++) {
            LabelledImage image = dataset.test().get(i);
            assertThat(image.id()).contains(dataset.classes().get(image.label()));
        }
    }

    @Test
    void shouldHoldOutAFifthOfEachClassIfTheFoldersAreNotSplit() throws Exception {
        // Given
        for (int i = 0; i < 20; i++) {
            put("cat/" + i + ".jpg", "dog/" + i + ".png");
        }
        // When
        var dataset = ImageFolderDataset.open(root);
        var again = ImageFolderDataset.open(root);
        // Then
        assertThat(dataset.train().size()).isEqualTo(32);
        assertThat(ids(dataset.test()).stream().filter(id -> id.startsWith("cat")))
                .hasSize(4);
        assertThat(ids(dataset.test())).isEqualTo(ids(again.test()));
        assertThat(ids(dataset.test())).doesNotContainAnyElementsOf(ids(dataset.train()));
        assertThat(dataset.fingerprint()).isEqualTo(again.fingerprint());
    }

    @Test
    void shouldUseAllImagesForTestingIfThereIsOnlyATestFolder() throws Exception {
        // Given
        put("test/cat/a.jpg", "test/cat/b.jpg", "test/dog/c.png", ".git/config");
        // When
        var dataset = ImageFolderDataset.open(root);
        // Then
        assertThat(dataset.classes()).containsExactly("cat", "dog");
        assertThat(ids(dataset.test())).containsExactlyInAnyOrder("test/cat/a.jpg", "test/cat/b.jpg", "test/dog/c.png");
        assertThat(dataset.train().size()).isZero();
    }

    @Test
    void shouldUseTheValidationFolderWithARemarkIfThereIsNoTestFolder() throws Exception {
        // Given
        put("train/cat/a.jpg", "train/dog/b.jpg", "val/cat/c.jpg", "val/dog/d.jpg", "more/e.jpg");
        // When
        var dataset = ImageFolderDataset.open(root);
        // Then
        assertThat(ids(dataset.train())).containsExactly("train/cat/a.jpg", "train/dog/b.jpg");
        assertThat(ids(dataset.test())).containsExactly("val/cat/c.jpg", "val/dog/d.jpg");
        assertThat(dataset.remarks())
                .anySatisfy(remark -> assertThat(remark).contains("'val' is used as the test split"))
                .anySatisfy(remark -> assertThat(remark).contains("'more'", "not used"));
    }

    @Test
    void shouldNameAnUnusedValidationFolder() throws Exception {
        put("train/cat/a.jpg", "train/dog/b.jpg", "val/cat/c.jpg", "test/dog/d.jpg");
        var dataset = ImageFolderDataset.open(root);
        assertThat(ids(dataset.test())).containsExactly("test/dog/d.jpg");
        assertThat(dataset.remarks()).anySatisfy(remark -> assertThat(remark).contains("'val'", "not used"));
    }

    @Test
    void shouldCountAndNameUnusedFiles() throws Exception {
        // Given
        put("cat/a.jpg", "cat/b.jpg", "dog/c.jpg", "dog/d.jpg");
        put("cat/e.webp", "dog/f.WEBP", "cat/more/g.jpg", "loose.jpg", "cat/readme");
        Files.createSymbolicLink(root.resolve("loop"), root);
        Files.createSymbolicLink(root.resolve("dog/gone.jpg"), root.resolve("nowhere"));
        // When
        var dataset = ImageFolderDataset.open(root);
        // Then
        assertThat(dataset.classes()).containsExactly("cat", "dog");
        assertThat(String.join("\n", dataset.remarks()))
                .contains("3 files skipped", "2 .webp (e.webp, f.WEBP)", "1 without an extension (readme)")
                .contains("more: a folder within a class folder")
                .contains("unused images beside the class folders")
                .contains("loop: a link to a parent folder")
                .contains("gone.jpg: a dangling link");
    }

    @Test
    void shouldSkipAClassWithoutImagesOnlyInLenientMode() throws Exception {
        put("cat/a.jpg", "cat/b.jpg", "dog/c.jpg", "dog/d.jpg");
        Files.createDirectories(root.resolve("cow"));
        assertThatThrownBy(() -> ImageFolderDataset.open(root)).hasMessageContaining("cow' holds no .jpg");
        var dataset = ImageFolderDataset.open(root, true);
        assertThat(dataset.classes()).containsExactly("cat", "dog");
        assertThat(dataset.test().get(0).label()).isBetween(0, 1);
        assertThat(dataset.remarks()).anySatisfy(remark -> assertThat(remark).contains("cow"));
    }

    @Test
    void shouldDistinguishClassFoldersFromOtherImageFolders() throws Exception {
        put("cat/a.jpg");
        Files.createDirectories(root.resolve("locked"));
        assertThat(ImageFolderDataset.isLaidOut(root)).isFalse();
        put("dog/b.jpg");
        assertThat(ImageFolderDataset.isLaidOut(root)).isTrue();
        put("c.jpg");
        assertThat(ImageFolderDataset.isLaidOut(root)).isFalse();
        put("train/cat/a.jpg");
        assertThat(ImageFolderDataset.isLaidOut(root)).isTrue();
        assertThat(ImageFolderDataset.isLaidOut(root.resolve("nowhere"))).isFalse();
    }

    @Test
    void shouldListEveryBadImage() throws Exception {
        put("cat/a.jpg", "cat/b.jpg", "dog/c.jpg", "dog/d.png");
        var bad = BadImage.findIn(ImageFolderDataset.open(root).test());
        assertThat(bad).hasSize(2);
        assertThat(BadImage.message("pets", bad))
                .contains("2 images of pets", bad.get(0).id(), bad.get(1).id(), "--skip-bad");
    }

    @Test
    void shouldTreatAFolderNamedTestAsAClassIfItContainsImages() throws Exception {
        put("test/a.jpg", "test/b.jpg", "sham/c.jpg", "sham/d.jpg");
        assertThat(ImageFolderDataset.open(root).classes()).containsExactly("sham", "test");
    }

    @Test
    void shouldShuffleTheClassesSoThatAPrefixIsAFairSample() throws Exception {
        for (int i = 0; i < 100; i++) {
            put(
                    "train/cat/" + i + ".jpg",
                    "train/dog/" + i + ".jpg",
                    "test/cat/" + i + ".jpg",
                    "test/dog/" + i + ".jpg");
        }
        Split first = ImageFolderDataset.open(root).test().first(40);
        int cats = 0;
        for (int i = 0; i < first.size(); i++) {
            cats += first.get(i).label() == 0 ? 1 : 0;
        }
        assertThat(cats).isBetween(10, 30);
    }

    @Test
    void shouldDetectTheEncodingByBytesBeforeTheFileName() throws Exception {
        // Given
        put("train/cat/a.jpg", "train/dog/b.jpg", "test/cat/c.jpg");
        Files.write(root.resolve("test/cat/c.jpg"), new byte[] {(byte) 0x89, 'P', 'N', 'G'});
        // When
        LabelledImage image = ImageFolderDataset.open(root).test().get(0);
        // Then
        assertThat(image.image().encoding()).isEqualTo(ImageEncoding.PNG);
    }

    @Test
    void shouldChangeItsFingerprintWithOneByte() throws Exception {
        put("train/cat/a.jpg", "train/dog/b.jpg", "test/cat/c.jpg");
        String before = ImageFolderDataset.open(root).fingerprint();
        Files.writeString(root.resolve("test/cat/c.jpg"), "other");
        assertThat(ImageFolderDataset.open(root).fingerprint()).isNotEqualTo(before);
    }

    @Test
    void shouldReportWhyAFolderIsUnusable() throws Exception {
        assertThatThrownBy(() -> ImageFolderDataset.open(root.resolve("nowhere")))
                .hasMessageContaining("no directory");
        assertThatThrownBy(() -> ImageFolderDataset.open(root)).hasMessageContaining("0 class folder(s)");
        put("train/cat/a.jpg", "train/dog/b.jpg", "test/cow/c.jpg");
        assertThatThrownBy(() -> ImageFolderDataset.open(root)).hasMessageContaining("lacks: cow");
        Files.createDirectories(root.resolve("train/cow"));
        assertThatThrownBy(() -> ImageFolderDataset.open(root)).hasMessageContaining("holds no .jpg, .jpeg or .png");
        assertThatThrownBy(() -> Datasets.open("cifar11")).hasMessageContaining("expected cifar10, synthetic");
    }

    private void put(String... files) throws IOException {
        for (String file : files) {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, file);
        }
    }

    private static Set<String> ids(Split split) throws IOException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < split.size(); i++) {
            ids.add(split.get(i).id());
        }
        return new TreeSet<>(ids);
    }
}
