package io.featherwire.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** A reusable direct buffer with slots for rows of a model's input. Not thread-safe. */
final class InputBatch {

    private final int capacity;
    private final int values;
    private final FloatBuffer buffer;

    /** Returns the maximum number of rows of {@code values} floats, since a direct buffer takes less than 2 GiB. */
    static int maxCapacity(int values) {
        return Integer.MAX_VALUE / Float.BYTES / values;
    }

    InputBatch(int capacity, int values) {
        this.capacity = capacity;
        this.values = values;
        this.buffer = ByteBuffer.allocateDirect(Math.multiplyExact(Math.multiplyExact(capacity, Float.BYTES), values))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /** Copies a row, such as a prepared image [3, S, S], into a slot. */
    void set(int slot, float[] row) {
        if (row.length != values) {
            throw new IllegalArgumentException("a row of this input has " + values + " values, not " + row.length);
        }
        buffer.put(offset(slot), row);
    }

    /** Returns the index at which a slot starts in {@link #buffer()}. */
    int offset(int slot) {
        if (slot < 0 || slot >= capacity) {
            throw new IndexOutOfBoundsException("slot " + slot + " of " + capacity);
        }
        return slot * values;
    }

    /** Returns the buffer of all slots, at position 0. */
    FloatBuffer buffer() {
        return buffer;
    }
}
