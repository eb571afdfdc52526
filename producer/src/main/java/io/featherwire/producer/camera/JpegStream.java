package io.featherwire.producer.camera;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits a stream of bytes into JPEG pictures. Text between pictures, such as the headers of multipart/x-mixed-replace,
 * is skipped. A picture that is incomplete or longer than allowed is counted as damaged. Its last segment can have a
 * wrong length and reach into the pictures after it, so the search for the next picture begins in this segment.
 */
public final class JpegStream {

    private static final int MARKER = 0xFF;
    private static final int START = 0xD8;
    private static final int END = 0xD9;
    private static final int SCAN = 0xDA;
    private static final int FIRST_RESTART = 0xD0;
    private static final int LAST_RESTART = 0xD7;
    private static final int TEMPORARY = 0x01;
    /** The marker of the start of a picture, and the first byte of the next marker. */
    private static final int PICTURE = 0xFFD8FF;

    private static final int END_OF_PICTURE = 0xFFD9;
    private static final int START_BYTES = 2;
    /** More than the maximum size of a segment, in bytes. */
    private static final int BUFFER = 128 << 10;

    private final InputStream in;
    private final int mostBytes;
    private final Runnable damaged;
    private final Runnable noPicture;
    private boolean ended;
    private @Nullable IOException failure;

    /** The bytes from {@code start} on are kept, up to {@code mostBytes} and a segment. */
    private byte[] buffer = new byte[BUFFER];

    /** Index of the first byte of the picture. */
    private int start;
    /** Index of the next byte. */
    private int position;
    /** Index after the last byte that was received. */
    private int end;

    /**
     * @param maxBytes the maximum size of an image, in bytes
     * @param damaged called for each skipped image
     * @param noPicture called each time when {@code maxBytes} bytes in a row have no start of a picture
     */
    public JpegStream(InputStream in, int maxBytes, Runnable damaged, Runnable noPicture) {
        this.in = in;
        this.mostBytes = maxBytes;
        this.damaged = damaged;
        this.noPicture = noPicture;
    }

    /**
     * The next complete image; null at the end of the stream.
     *
     * @throws IOException if the stream fails, after all complete images that were received
     */
    public byte @Nullable [] next() throws IOException {
        boolean wasDamaged = false;
        while (findStart()) {
            if (!readPicture()) {
                damaged.run();
                wasDamaged = true;
            } else if (!wasDamaged || !isThumbnail()) {
                return Arrays.copyOfRange(buffer, start, position);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return null;
    }

    private boolean findStart() {
        int last = 0;
        int skipped = 0;
        start = position;
        for (int now = read(); now >= 0; now = read()) {
            last = (last << 8 | now) & 0xFFFFFF;
            if (last == PICTURE) {
                start = position - 3;
                position = start + START_BYTES;
                return true;
            }
            start = Math.max(start, position - START_BYTES);
            skipped++;
            if (skipped == mostBytes) {
                noPicture.run();
                skipped = 0;
            }
        }
        return false;
    }

    /** Whether the picture that was read is within a segment of a damaged one: other segments follow. */
    private boolean isThumbnail() {
        return position + 1 < end
                && (buffer[position] & 0xFF) == MARKER
                && (buffer[position + 1] & 0xFF) != MARKER
                && (buffer[position + 1] & 0xFF) != START;
    }

    /**
     * Reads the picture up to its end. Returns false if it is damaged; then the search for the next picture goes on from
     * the position.
     */
    private boolean readPicture() {
        int segment = START_BYTES;
        boolean scanned = false;
        while (true) {
            int next = position - start;
            int marker = readMarker();
            if (marker == END && scanned) {
                return true;
            }
            if (marker <= 0 || marker == START || marker == END || position - start > mostBytes) {
                break;
            }
            // The marker shows that the segment before it has the right length.
            segment = next;
            if (!isStandalone(marker) && !skipSegment()) {
                break;
            }
            if (marker == SCAN) {
                scanned = true;
                if (!skipScan()) {
                    return false;
                }
            }
        }
        position = start + segment;
        return false;
    }

    /** Reads the next marker. Returns 0 if no marker is here, −1 at the end of the stream. */
    private int readMarker() {
        int now = read();
        if (now >= 0 && now != MARKER) {
            return 0;
        }
        while (now == MARKER && position - start <= mostBytes) {
            now = read();
        }
        return now;
    }

    private static boolean isStandalone(int marker) {
        return marker == TEMPORARY || FIRST_RESTART <= marker && marker <= LAST_RESTART;
    }

    /**
     * Skips a segment with a length field. Returns false if the stream ends within the segment, or a picture begins in
     * the segment (a thumbnail, if the length is right) and does not end there.
     */
    private boolean skipSegment() {
        int high = read();
        int low = read();
        int now = low;
        int last = high << 8 | low;
        int begun = 0;
        for (int left = last - 2; left > 0 && now >= 0; left--) {
            now = read();
            last = (last << 8 | now) & 0xFFFFFF;
            if (last == PICTURE) {
                begun++;
            } else if ((last & 0xFFFF) == END_OF_PICTURE) {
                begun = Math.max(0, begun - 1);
            }
        }
        return now >= 0 && begun == 0 && (last & 0xFFFF) != PICTURE >> 8;
    }

    /**
     * Skips entropy-coded data up to the marker that ends them. Returns false if the stream ends before, or the picture
     * becomes too long.
     */
    private boolean skipScan() {
        int last = buffer[position - 1] & 0xFF;
        for (int now = read(); now >= 0 && position - start <= mostBytes; now = read()) {
            if (last == MARKER && now != 0 && now != MARKER && !isStandalone(now)) {
                position -= 2;
                return true;
            }
            last = now;
        }
        return false;
    }

    /** The next byte, −1 at the end of the stream. */
    private int read() {
        return position < end || receive() ? buffer[position++] & 0xFF : -1;
    }

    private boolean receive() {
        if (ended) {
            return false;
        }
        if (end == buffer.length) {
            makeSpace();
        }
        try {
            int count = in.read(buffer, end, buffer.length - end);
            end += Math.max(0, count);
            ended = count < 0;
        } catch (IOException e) {
            failure = e;
            ended = true;
        }
        return !ended;
    }

    private void makeSpace() {
        int kept = end - start;
        int size = (int) Math.max(buffer.length, Math.min(2L * kept, mostBytes + 2L * BUFFER));
        byte[] target = size > buffer.length ? new byte[size] : buffer;
        System.arraycopy(buffer, start, target, 0, kept);
        buffer = target;
        position -= start;
        start = 0;
        end = kept;
    }
}
