package io.featherwire.codec.image;

import io.featherwire.codec.image.ImageException.Reason;

/** Limits the scans of a JPEG file, because a scan of a few bytes takes as much decoding time as a large scan. */
final class ScanLimit {

    /**
     * The number of blocks of a five-megapixel picture with one component. All scans of a file together may cover this
     * number times maxScans, so that a larger picture may have proportionally fewer scans. {@link #ALWAYS} scans over
     * all blocks of a picture are always allowed.
     */
    private static final long BLOCKS_AT_FULL_COUNT = 5_000_000 / 64;

    private static final int ALWAYS = 8;

    private final int maxScans;
    private int scans;
    private long visited;

    ScanLimit(int maxScans) {
        this.maxScans = maxScans;
    }

    /** Counts a scan and the blocks that it covers. */
    void add(long blocks, JpegFrameHeader frame) throws ImageException {
        scans++;
        visited += blocks;
        if (scans > maxScans) {
            throw new ImageException(
                    Reason.TOO_MANY_SCANS,
                    "the JPEG file has more than " + maxScans
                            + " scans; save it with fewer scans, or as a baseline JPEG");
        }
        if (visited > Math.max(maxScans * BLOCKS_AT_FULL_COUNT, ALWAYS * frame.totalBlocks())) {
            throw new ImageException(
                    Reason.TOO_MANY_SCANS,
                    "the JPEG file of " + frame.width() + "x" + frame.height() + " has too many scans for its size: "
                            + maxScans
                            + " are allowed up to 5 megapixels, proportionally fewer above; save it with fewer"
                            + " scans, or as a baseline JPEG");
        }
    }
}
