package io.featherwire.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Slots for normalised images in one direct buffer, to be filled, compressed and filled again. Not thread-safe. */
public final class ImageBatch {

    private final int capacity;
    private final int values;
    private final FloatBuffer buffer;

    ImageBatch(int capacity, int values) {
        this.capacity = capacity;
        this.values = values;
        this.buffer = ByteBuffer.allocateDirect(Math.multiplyExact(capacity * Float.BYTES, values))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /** Number of slots. */
    public int capacity() {
        return capacity;
    }

    /** Copies a prepared image [3, S, S] into a slot. */
    public void set(int slot, float[] image) {
        if (image.length != values) {
            throw new IllegalArgumentException(
                    "an image of this bundle has " + values + " values, not " + image.length);
        }
        buffer.put(offset(slot), image);
    }

    /** Where a slot starts in {@link #buffer()}. */
    int offset(int slot) {
        if (slot < 0 || slot >= capacity) {
            throw new IndexOutOfBoundsException("slot " + slot + " of " + capacity);
        }
        return slot * values;
    }

    /** All slots; position 0. */
    FloatBuffer buffer() {
        return buffer;
    }
}
