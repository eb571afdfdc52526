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
    void shouldKeepAFifthOfEachClassForTestingWhereNothingIsDivided() throws Exception {
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
    void shouldTakeAllImagesForTestingWhereThereIsOnlyATestFolder() throws Exception {
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
    void shouldTakeAFolderNamedTestForAClassWhereItHoldsImages() throws Exception {
        put("test/a.jpg", "test/b.jpg", "sham/c.jpg", "sham/d.jpg");
        assertThat(ImageFolderDataset.open(root).classes()).containsExactly("sham", "test");
    }

    @Test
    void shouldMixTheClassesSoThatAPrefixIsAFairSample() throws Exception {
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
    void shouldKnowAFileByItsBytesBeforeItsName() throws Exception {
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
    void shouldSayWhatIsWrongWithAFolder() throws Exception {
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
