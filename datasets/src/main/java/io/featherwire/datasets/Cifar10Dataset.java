package io.featherwire.datasets;

import static java.util.Objects.checkIndex;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** CIFAR-10 from its official binary files: 50,000 training and 10,000 test images, 32×32, RGB8. */
public final class Cifar10Dataset implements Dataset {

    private static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    /** Size of a record in bytes: one label byte, then the red, green and blue planes. */
    static final int RECORD = 1 + 3 * PLANE;

    static final int RECORDS_PER_FILE = 10_000;

    private final Split train;
    private final Split test;

    private Cifar10Dataset(Path directory) {
        List<Path> batches = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            batches.add(directory.resolve("data_batch_" + i + ".bin"));
        }
        this.train = new Batches("train", batches);
        this.test = new Batches("test", List.of(directory.resolve("test_batch.bin")));
    }

    /** Opens the data set. Downloads and unpacks the archive below {@code cache} if it is missing there. */
    public static Cifar10Dataset open(Path cache, Download download, DownloadListener listener) throws IOException {
        return new Cifar10Dataset(new Cifar10Archive(cache).downloadAndUnpack(download, listener));
    }

    /** Whether {@link #open} needs no download. */
    public static boolean isCached(Path cache) {
        return new Cifar10Archive(cache).isPresent();
    }

    @Override
    public String name() {
        return "cifar10";
    }

    @Override
    public List<String> classes() {
        return CLASSES;
    }

    @Override
    public Split train() {
        return train;
    }

    @Override
    public Split test() {
        return test;
    }

    /** The SHA-256 of the archive, which was verified when the archive was unpacked. */
    @Override
    public String fingerprint() {
        return Cifar10Archive.SHA_256;
    }

    private record Batches(String name, List<Path> files) implements Split {

        @Override
        public int size() {
            return files.size() * RECORDS_PER_FILE;
        }

        @Override
        public LabelledImage get(int index) throws IOException {
            checkIndex(index, size());
            byte[] planar = record(files.get(index / RECORDS_PER_FILE), index % RECORDS_PER_FILE);
            byte[] rgb = new byte[3 * PLANE];
            for (int pixel = 0; pixel < PLANE; pixel++) {
                for (int channel = 0; channel < 3; channel++) {
                    rgb[3 * pixel + channel] = planar[1 + channel * PLANE + pixel];
                }
            }
            int label = planar[0];
            if (label < 0 || label >= CLASSES.size()) {
                throw new DatasetException(String.format(
                        Locale.ROOT,
                        "image %d of CIFAR-10's %s split has the invalid label %d: delete the cached copy",
                        index,
                        name,
                        label));
            }
            var image = new EncodedImage(ImageEncoding.RGB8, SIDE, SIDE, rgb);
            return new LabelledImage(String.format(Locale.ROOT, "%s/%05d", name, index), image, label);
        }

        private static byte[] record(Path file, int position) throws IOException {
            var buffer = ByteBuffer.allocate(RECORD);
            try (var channel = FileChannel.open(file)) {
                long at = (long) position * RECORD;
                while (buffer.hasRemaining()) {
                    int n = channel.read(buffer, at + buffer.position());
                    if (n < 0) {
                        throw new DatasetException("'" + file + "' is too short: delete the cached copy");
                    }
                }
            }
            return buffer.array();
        }
    }
}
