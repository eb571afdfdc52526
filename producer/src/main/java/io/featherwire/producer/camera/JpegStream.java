package io.featherwire.producer.camera;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Splits a stream of bytes into JPEG pictures. Text between pictures, such as the headers of multipart/x-mixed-replace,
 * is skipped. A picture that is incomplete or longer than allowed is counted as damaged, and reading continues with the
 * next one.
 */
public final class JpegStream {

    private static final int MARKER = 0xFF;
    private static final int START = 0xD8;
    private static final int END = 0xD9;
    private static final int SCAN = 0xDA;
    private static final int STUFFED = 0x00;
    private static final int FIRST_RESTART = 0xD0;
    private static final int LAST_RESTART = 0xD7;
    private static final int TEMPORARY = 0x01;
    private static final int BUFFER = 64 << 10;
    /** The blank line before the content of a part, and the first bytes of a picture. */
    private static final long PART = 0x0D0A_0D0A_FFD8L;

    private static final long PART_BYTES = 0xFFFF_FFFF_FFFFL;
    private static final long UNIX_PART = 0x0A0A_FFD8L;
    private static final long UNIX_PART_BYTES = 0xFFFF_FFFFL;

    private final InputStream in;
    private final int mostBytes;
    private final Runnable damaged;
    private final Runnable noPicture;
    private ByteArrayOutputStream picture = new ByteArrayOutputStream();

    /**
     * @param mostBytes the maximum size of an image, in bytes
     * @param damaged called for each skipped image
     * @param noPicture called each time when {@code mostBytes} bytes in a row have no start of a picture
     */
    public JpegStream(InputStream in, int mostBytes, Runnable damaged, Runnable noPicture) {
        this.in = new BufferedInputStream(in, BUFFER);
        this.mostBytes = mostBytes;
        this.damaged = damaged;
        this.noPicture = noPicture;
    }

    private enum Ending {
        WHOLE,
        BROKEN,
        /** Truncated by the start of another image. */
        RESTARTED,
        END_OF_STREAM
    }

    /** The next complete image; null at the end of the stream. */
    public byte @Nullable [] next() throws IOException {
        Ending ending = Ending.BROKEN;
        while (true) {
            if (ending != Ending.RESTARTED && !findStart()) {
                return null;
            }
            picture = new ByteArrayOutputStream(picture.size() + BUFFER);
            picture.write(MARKER);
            picture.write(START);
            ending = readPicture();
            if (ending == Ending.WHOLE) {
                return picture.toByteArray();
            }
            damaged.run();
            if (ending == Ending.END_OF_STREAM) {
                return null;
            }
        }
    }

    private boolean findStart() throws IOException {
        int last = -1;
        int skipped = 0;
        for (int now = in.read(); now >= 0; now = in.read()) {
            if (last == MARKER && now == START) {
                return true;
            }
            last = now;
            skipped++;
            if (skipped == mostBytes) {
                noPicture.run();
                skipped = 0;
            }
        }
        return false;
    }

    /** Reads segments up to the end of the image; scans have no length field and are read up to the next marker. */
    private Ending readPicture() throws IOException {
        int marker = readMarker();
        while (true) {
            if (marker < 0) {
                return Ending.END_OF_STREAM;
            }
            if (marker == END) {
                return Ending.WHOLE;
            }
            if (marker == START) {
                return Ending.RESTARTED;
            }
            if (marker == STUFFED || picture.size() > mostBytes) {
                return Ending.BROKEN;
            }
            Ending ending = isStandalone(marker) ? null : copySegment();
            if (ending != null) {
                return ending;
            }
            marker = marker == SCAN ? readScan() : readMarker();
        }
    }

    /** Reads the next marker. Returns 0 if no marker is here, −1 at the end of the stream. */
    private int readMarker() throws IOException {
        int now = in.read();
        if (now < 0) {
            return -1;
        }
        if (now != MARKER) {
            return STUFFED;
        }
        while (now == MARKER) {
            now = in.read();
        }
        if (now >= 0) {
            picture.write(MARKER);
            picture.write(now);
        }
        return now;
    }

    private static boolean isStandalone(int marker) {
        return marker == TEMPORARY || FIRST_RESTART <= marker && marker <= LAST_RESTART;
    }

    /**
     * Copies a segment with a length field. A damaged length can reach into the pictures after this one, so a part that
     * starts within the segment ends the picture.
     *
     * @return null if the segment is complete, otherwise how the picture ends
     */
    private @Nullable Ending copySegment() throws IOException {
        int high = in.read();
        int low = in.read();
        if (low < 0) {
            return Ending.END_OF_STREAM;
        }
        picture.write(high);
        picture.write(low);
        long last = 0;
        for (int left = (high << 8 | low) - 2; left > 0; left--) {
            int now = in.read();
            if (now < 0) {
                return Ending.END_OF_STREAM;
            }
            picture.write(now);
            last = last << 8 | now;
            if ((last & PART_BYTES) == PART || (last & UNIX_PART_BYTES) == UNIX_PART) {
                return Ending.RESTARTED;
            }
        }
        return picture.size() > mostBytes ? Ending.BROKEN : null;
    }

    /** Reads entropy-coded data up to the marker that ends it. */
    private int readScan() throws IOException {
        int last = 0;
        for (int now = in.read(); now >= 0; now = in.read()) {
            picture.write(now);
            if (last == MARKER && now != STUFFED && now != MARKER && !isStandalone(now)) {
                return now;
            }
            if (picture.size() > mostBytes) {
                return STUFFED;
            }
            last = now;
        }
        return -1;
    }
}
