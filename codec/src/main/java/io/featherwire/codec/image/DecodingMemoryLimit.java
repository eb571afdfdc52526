package io.featherwire.codec.image;

import io.featherwire.codec.image.ImageException.Reason;
import java.util.concurrent.Semaphore;

/** Limits the memory of all images that are being decoded at a time; further images wait. Thread-safe. */
final class DecodingMemoryLimit {

    private static final int UNIT = 1 << 10;

    /** Images of at most this number of bytes do not wait. */
    private static final long FREE_OF_CHARGE = 1 << 20;

    /**
     * The heap divided by this number is the limit, so that the rest of the heap has contiguous space for large arrays.
     * An image that needs more than the limit is decoded alone.
     */
    private static final int SHARE_OF_HEAP = 3;

    private final long bytes;
    private final int most;
    private final Semaphore units;

    DecodingMemoryLimit(long bytes) {
        this.bytes = bytes;
        this.most = Math.toIntExact(units(Math.min(bytes, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP)));
        this.units = new Semaphore(most, true);
    }

    /** Waits for memory and returns the amount to release; rejects an image that needs more than the whole limit. */
    int acquire(long needed) throws ImageException {
        if (needed > bytes) {
            throw new ImageException(
                    Reason.TOO_MUCH_MEMORY,
                    "decoding the image takes " + needed + " bytes of memory, more than the limit of " + bytes
                            + "; make the image smaller or, if it is a progressive JPEG, save it as a baseline JPEG");
        }
        int taken = needed <= FREE_OF_CHARGE ? 0 : (int) Math.min(most, units(needed));
        units.acquireUninterruptibly(taken);
        return taken;
    }

    void release(int taken) {
        units.release(taken);
    }

    private static long units(long bytes) {
        return (bytes + UNIT - 1) / UNIT;
    }
}
