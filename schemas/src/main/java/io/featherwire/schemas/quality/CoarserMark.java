package io.featherwire.schemas.quality;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The header of features records that a device quantised more coarsely because its outbox was filling up. Its value is
 * one byte, the step: 1 or more. Records of full quality have no such header.
 */
public final class CoarserMark {

    /** The header's key. */
    public static final String HEADER = "fw.coarser";

    private CoarserMark() {}

    /**
     * Adds the header.
     *
     * @param step 1 to 127; the higher, the coarser
     */
    public static void add(Headers headers, int step) {
        if (step < 1 || step > Byte.MAX_VALUE) {
            throw new IllegalArgumentException("step is " + step + ", must be in 1..127");
        }
        headers.remove(HEADER).add(HEADER, new byte[] {(byte) step});
    }

    /** Reads the step from a record's headers; 0 for full quality. */
    public static int step(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        return header == null || header.value() == null || header.value().length != 1
                ? 0
                : Math.max(0, header.value()[0]);
    }
}
