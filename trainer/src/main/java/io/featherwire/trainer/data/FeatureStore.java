package io.featherwire.trainer.data;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Features of many images in a memory-mapped file, which needs no heap. */
public final class FeatureStore implements Features {
    private static final long MOST_MAPPED = 1L << 30;

    private final Path file;
    private final int count;
    private final int values;
    private final int perPart;
    private final List<FloatBuffer> parts = new ArrayList<>();

    private FeatureStore(Path file, int count, int values, OpenOption... options) throws IOException {
        this.file = file;
        this.count = count;
        this.values = values;
        perPart = (int) Math.max(1, MOST_MAPPED / (4L * values));
        try (FileChannel channel = FileChannel.open(file, options)) {
            for (int from = 0; from < count; from += perPart) {
                long bytes = 4L * values * Math.min(perPart, count - from);
                parts.add(channel.map(FileChannel.MapMode.READ_WRITE, 4L * values * from, bytes)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer());
            }
        }
    }

    /**
     * Creates an empty store in a temporary file. After {@link #keepAs} has renamed the file, later processes can
     * {@link #open} it.
     */
    public static FeatureStore create(Path directory, int count, int values) throws IOException {
        return new FeatureStore(Files.createTempFile(directory, "features", ".part"), count, values, READ, WRITE);
    }

    /** Opens the first {@code count} features of a kept store; empty if the file is missing or has fewer features. */
    public static Optional<FeatureStore> open(Path file, int count, int values) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) < 4L * count * values) {
            return Optional.empty();
        }
        return Optional.of(new FeatureStore(file, count, values, READ, WRITE));
    }

    /** Renames the file of a complete store that {@link #create} has made, so that later processes find it. */
    public void keepAs(Path as) throws IOException {
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
            channel.force(true);
        }
        Files.move(file, as, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int values() {
        return values;
    }

    public void put(int index, float[] from, int offset) {
        parts.get(index / perPart).put(index % perPart * values, from, offset, values);
    }

    @Override
    public void get(int index, float[] to, int offset) {
        parts.get(index / perPart).get(index % perPart * values, to, offset, values);
    }
}
