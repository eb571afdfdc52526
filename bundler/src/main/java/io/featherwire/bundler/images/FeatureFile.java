package io.featherwire.bundler.images;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file of features, row by row in the order of the images. An interrupted run is resumed after the last complete row.
 */
final class FeatureFile implements AutoCloseable {
    private final FileChannel channel;
    private final int values;
    private int rows;

    private FeatureFile(FileChannel channel, int values) throws IOException {
        this.channel = channel;
        this.values = values;
        this.rows = (int) (channel.size() / rowBytes());
    }

    static FeatureFile open(Path file, int values) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        return new FeatureFile(
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                values);
    }

    private long rowBytes() {
        return (long) Float.BYTES * values;
    }

    /** Returns the number of rows, including those of unreadable images. */
    int rows() {
        return rows;
    }

    /** Appends a feature, or null as the mark of an image that could not be read. */
    void append(float @Nullable [] feature) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values).order(ByteOrder.LITTLE_ENDIAN);
        if (feature == null) {
            bytes.putFloat(0, Float.NaN);
        } else {
            bytes.asFloatBuffer().put(feature);
        }
        long at = rows * rowBytes();
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
        rows++;
    }

    /** Returns a feature, or null for an image that could not be read. */
    float @Nullable [] read(int row) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values).order(ByteOrder.LITTLE_ENDIAN);
        long at = row * rowBytes();
        while (bytes.hasRemaining()) {
            int read = channel.read(bytes, at);
            if (read < 0) {
                throw new IOException("the file of features ends within row " + row);
            }
            at += read;
        }
        float[] feature = new float[values];
        bytes.flip();
        bytes.asFloatBuffer().get(feature);
        return Float.isNaN(feature[0]) ? null : feature;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
