package io.featherwire.codec.image;

import io.featherwire.codec.image.ImageException.Reason;
import java.util.Arrays;

/**
 * The frame header of a JPEG image.
 *
 * @param blocks the number of blocks of 8 x 8 samples by component, in the order of the header, padded as the file
 *      stores them
 * @param ids the ids of the components
 */
record JpegFrameHeader(boolean progressive, int width, int height, long[] blocks, int[] ids) {

    private static final int MAX_SAMPLES = 4;
    private static final int BYTES_OF_A_BLOCK = 128;

    /** Reads the header's component entries of three bytes each, from {@code at} on. */
    static JpegFrameHeader of(boolean progressive, int width, int height, int components, byte[] file, int at)
            throws ImageException {
        int[] ids = new int[components];
        int[] across = new int[components];
        int[] down = new int[components];
        int mostAcross = 1;
        int mostDown = 1;
        for (int i = 0; i < components; i++) {
            ids[i] = file[at + 3 * i] & 0xFF;
            across[i] = file[at + 3 * i + 1] >> 4 & 0xF;
            down[i] = file[at + 3 * i + 1] & 0xF;
            if (across[i] < 1 || across[i] > MAX_SAMPLES || down[i] < 1 || down[i] > MAX_SAMPLES) {
                throw new ImageException(Reason.CORRUPT, "the file cannot be decoded: bogus sampling factors");
            }
            mostAcross = Math.max(mostAcross, across[i]);
            mostDown = Math.max(mostDown, down[i]);
        }
        long columns = (width + 8L * mostAcross - 1) / (8L * mostAcross);
        long rows = (height + 8L * mostDown - 1) / (8L * mostDown);
        long[] blocks = new long[components];
        for (int i = 0; i < components; i++) {
            blocks[i] = columns * across[i] * rows * down[i];
        }
        return new JpegFrameHeader(progressive, width, height, blocks, ids);
    }

    int components() {
        return ids.length;
    }

    /** Returns the number of blocks of a component's scan; 0 for an unknown component. */
    long blocksOf(int id) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == id) {
                return blocks[i];
            }
        }
        return 0;
    }

    long totalBlocks() {
        return Arrays.stream(blocks).sum();
    }

    /** Returns the size of the coefficients that a multi-scan image needs until its last scan, in bytes. */
    long coefficientBytes() {
        return totalBlocks() * BYTES_OF_A_BLOCK;
    }
}
