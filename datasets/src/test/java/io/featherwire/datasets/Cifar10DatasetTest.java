package io.featherwire.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.image.ImageEncoding;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar10DatasetTest {

    private static final Download NEVER = new Download(Duration.ofMillis(1), Duration.ofMillis(1));

    @TempDir
    private Path cache;

    @Test
    void shouldReadLabelsAndInterleaveThePlanes() throws Exception {
        // Given
        Path directory = Files.createDirectories(cache.resolve("cifar-10-batches-bin"));
        for (int i = 1; i <= 5; i++) {
            sparse(directory.resolve("data_batch_" + i + ".bin"));
        }
        Path test = sparse(directory.resolve("test_batch.bin"));
        int index = 7;
        try (var file = new RandomAccessFile(test.toFile(), "rw")) {
            file.seek((long) index * Cifar10Dataset.RECORD);
            file.write(3);
            file.write(11);
            file.seek((long) index * Cifar10Dataset.RECORD + 1 + 1024);
            file.write(22);
            file.seek((long) index * Cifar10Dataset.RECORD + 1 + 2048);
            file.write(33);
        }
        // When
        assertThat(Cifar10Dataset.isCached(cache)).isTrue();
        var dataset = Cifar10Dataset.open(cache, NEVER, DownloadListener.SILENT);
        LabelledImage image = dataset.test().get(index);
        // Then
        assertThat(dataset.train().size()).isEqualTo(50_000);
        assertThat(dataset.classes().get(image.label())).isEqualTo("cat");
        assertThat(image.image().encoding()).isEqualTo(ImageEncoding.RGB8);
        assertThat(image.image().bytes()).hasSize(3072).startsWith(11, 22, 33, 0);
    }

    @Test
    void shouldDeleteAnArchiveThatIsNotCifar10() throws IOException {
        Path archive = Files.writeString(cache.resolve("cifar-10-binary.tar.gz"), "not it");
        assertThatThrownBy(() -> Cifar10Dataset.open(cache, NEVER, DownloadListener.SILENT))
                .isInstanceOf(DatasetException.class);
        assertThat(Files.exists(cache.resolve("cifar-10-batches-bin/test_batch.bin")))
                .isFalse();
        assertThat(archive.getParent()).exists();
    }

    private static Path sparse(Path path) throws IOException {
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength((long) Cifar10Dataset.RECORD * Cifar10Dataset.RECORDS_PER_FILE);
        }
        return path;
    }
}
