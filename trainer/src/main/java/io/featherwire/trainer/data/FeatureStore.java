package io.featherwire.trainer.data;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Features of many images in a memory-mapped file, so that they need no heap; the file goes when the process ends. */
public final class FeatureStore {
    private static final long MOST_MAPPED = 1L << 30;

    private final int count;
    private final int values;
    private final int perPart;
    private final List<FloatBuffer> parts = new ArrayList<>();

    /**
     * @param directory where the file is made
     * @param count number of features
     * @param values values in each
     */
    public FeatureStore(Path directory, int count, int values) throws IOException {
        this.count = count;
        this.values = values;
        perPart = (int) Math.max(1, MOST_MAPPED / (4L * values));
        Path file = Files.createTempFile(directory, "features", ".tmp");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
            for (int from = 0; from < count; from += perPart) {
                long bytes = 4L * values * Math.min(perPart, count - from);
                parts.add(channel.map(FileChannel.MapMode.READ_WRITE, 4L * values * from, bytes)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer());
            }
        }
    }

    public int count() {
        return count;
    }

    /** Values of one feature. */
    public int values() {
        return values;
    }

    public void put(int index, float[] from, int offset) {
        parts.get(index / perPart).put(index % perPart * values, from, offset, values);
    }

    public void get(int index, float[] to, int offset) {
        parts.get(index / perPart).get(index % perPart * values, to, offset, values);
    }

    /** The features of {@code rows}, one after the other. */
    public float[] gather(int[] rows, int from, int to) {
        float[] gathered = new float[(to - from) * values];
        for (int i = from; i < to; i++) {
            get(rows[i], gathered, (i - from) * values);
        }
        return gathered;
    }
}
