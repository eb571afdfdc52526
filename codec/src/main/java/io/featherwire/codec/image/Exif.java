package io.featherwire.codec.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the orientation from an Exif block. */
final class Exif {

    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int TIFF_HEADER = 8;
    private static final int ENTRY = 12;

    private Exif() {}

    /**
     * Reads the orientation from a TIFF structure. A structure that is damaged, truncated or without orientation means
     * upright, as in image viewers.
     */
    static Orientation orientation(byte[] bytes, int offset, int length) {
        if (length < TIFF_HEADER) {
            return Orientation.UPRIGHT;
        }
        ByteBuffer tiff = ByteBuffer.wrap(bytes, offset, length).slice();
        if (tiff.getShort(0) != 0x4949 && tiff.getShort(0) != 0x4D4D) {
            return Orientation.UPRIGHT;
        }
        tiff.order(tiff.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        long directory = tiff.getInt(4) & 0xFFFFFFFFL;
        if (tiff.getShort(2) != 42 || directory > length - 2) {
            return Orientation.UPRIGHT;
        }
        int entries = tiff.getShort((int) directory) & 0xFFFF;
        for (int i = 0, at = (int) directory + 2; i < entries && at <= length - ENTRY; i++, at += ENTRY) {
            if ((tiff.getShort(at) & 0xFFFF) == ORIENTATION) {
                return Orientation.of(readShort(tiff, at));
            }
        }
        return Orientation.UPRIGHT;
    }

    private static int readShort(ByteBuffer tiff, int entry) {
        int type = tiff.getShort(entry + 2);
        return type == SHORT ? tiff.getShort(entry + 8) : type == LONG ? tiff.getInt(entry + 8) : 0;
    }
}
