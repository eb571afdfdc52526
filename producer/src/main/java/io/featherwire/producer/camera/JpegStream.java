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

    private final InputStream in;
    private final int mostBytes;
    private final Runnable damaged;
    private ByteArrayOutputStream picture = new ByteArrayOutputStream();

    /**
     * @param mostBytes the maximum size of an image, in bytes
     * @param damaged called for each skipped image
     */
    public JpegStream(InputStream in, int mostBytes, Runnable damaged) {
        this.in = new BufferedInputStream(in, BUFFER);
        this.mostBytes = mostBytes;
        this.damaged = damaged;
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
        for (int now = in.read(); now >= 0; now = in.read()) {
            if (last == MARKER && now == START) {
                return true;
            }
            last = now;
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
            if (!isStandalone(marker) && !copySegment()) {
                return picture.size() > mostBytes ? Ending.BROKEN : Ending.END_OF_STREAM;
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

    private boolean copySegment() throws IOException {
        int high = in.read();
        int low = in.read();
        if (low < 0) {
            return false;
        }
        picture.write(high);
        picture.write(low);
        int length = Math.max(0, (high << 8 | low) - 2);
        byte[] segment = in.readNBytes(length);
        picture.write(segment, 0, segment.length);
        return segment.length == length && picture.size() <= mostBytes;
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
