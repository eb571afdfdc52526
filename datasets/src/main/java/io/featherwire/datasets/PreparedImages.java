package io.featherwire.datasets;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/** Prepares the first test images of a data set in advance. */
public final class PreparedImages {

    private static final int VERSION = 1;

    /**
     * The maximum size of the images from files that are held in memory, in bytes. Further images are read when they
     * are needed.
     */
    private static final long MOST_BYTES = 64L << 20;

    private PreparedImages() {}

    /**
     * Prepares images. Rendered images are rendered on all cores and kept in the cache directory for the next run.
     * Images from files are read into memory.
     *
     * @param count number of images; all test images if there are fewer
     * @param made receives the number of prepared images, on any thread
     */
    public static Split of(Dataset dataset, int count, Path cache, IntConsumer made) throws IOException {
        Split asked = requireNonNull(dataset, "dataset").test().first(count);
        if (!(dataset instanceof SyntheticDataset)) {
            return new PartlyInMemory(asked, read(asked, made));
        }
        Path file =
                cache.resolve("frames").resolve("test-" + dataset.fingerprint().substring(0, 16));
        List<LabelledImage> kept = readCache(file);
        List<LabelledImage> images = kept.size() >= asked.size() ? kept : renderMissing(asked, kept, made);
        if (images.size() > kept.size()) {
            writeCache(file, images);
        }
        return new PartlyInMemory(asked, images);
    }

    private static List<LabelledImage> read(Split split, IntConsumer made) throws IOException {
        List<LabelledImage> images = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < split.size() && bytes < MOST_BYTES; i++) {
            LabelledImage image = split.get(i);
            bytes += image.image().bytes().length;
            images.add(image);
            made.accept(i + 1);
        }
        return images;
    }

    private static List<LabelledImage> renderMissing(Split split, List<LabelledImage> kept, IntConsumer made)
            throws IOException {
        AtomicInteger done = new AtomicInteger(kept.size());
        try {
            List<LabelledImage> images = new ArrayList<>(kept);
            images.addAll(IntStream.range(kept.size(), split.size())
                    .parallel()
                    .mapToObj(i -> {
                        LabelledImage image = get(split, i);
                        made.accept(done.incrementAndGet());
                        return image;
                    })
                    .toList());
            return images;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static LabelledImage get(Split split, int index) {
        try {
            return split.get(index);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the images of an earlier run; empty if the file is missing or damaged. */
    private static List<LabelledImage> readCache(Path file) throws IOException {
        if (Files.notExists(file)) {
            return List.of();
        }
        var checked = new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file)), new CRC32());
        try (var in = new DataInputStream(checked)) {
            if (in.readInt() != VERSION) {
                return List.of();
            }
            int count = in.readInt();
            List<LabelledImage> images = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String id = in.readUTF();
                int label = in.readInt();
                byte[] bytes = in.readNBytes(in.readInt());
                images.add(new LabelledImage(id, new EncodedImage(ImageEncoding.JPEG, 0, 0, bytes), label));
            }
            long sum = checked.getChecksum().getValue();
            return in.readLong() == sum ? images : List.of();
        } catch (IOException | RuntimeException e) {
            return List.of(); // Damaged files are rendered again.
        }
    }

    private static void writeCache(Path file, List<LabelledImage> images) throws IOException {
        Files.createDirectories(requireNonNull(file.getParent(), "directory"));
        Path fresh = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID());
        var checked = new CheckedOutputStream(new BufferedOutputStream(Files.newOutputStream(fresh)), new CRC32());
        try (var out = new DataOutputStream(checked)) {
            out.writeInt(VERSION);
            out.writeInt(images.size());
            for (LabelledImage image : images) {
                out.writeUTF(image.id());
                out.writeInt(image.label());
                out.writeInt(image.image().bytes().length);
                out.write(image.image().bytes());
            }
            out.writeLong(checked.getChecksum().getValue());
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** A split whose first images are in memory. */
    private record PartlyInMemory(Split all, List<LabelledImage> images) implements Split {
        @Override
        public int size() {
            return all.size();
        }

        @Override
        public LabelledImage get(int index) throws IOException {
            return index < images.size() ? images.get(index) : all.get(index);
        }
    }
}
