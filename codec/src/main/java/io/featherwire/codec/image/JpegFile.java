package io.featherwire.codec.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.ImageException.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The structure of a JPEG file, found by its markers as libjpeg finds it: the cost of decoding, the orientation, and
 * the bytes without parts that break the platform's reader and do not affect pixels.
 *
 * <p>Colour profiles are removed. A contradictory Adobe marker is interpreted as viewers do: a JFIF file is YCbCr.
 */
final class JpegFile {

    private static final int SOF0 = 0xC0;
    private static final int SOF2 = 0xC2;
    private static final int DHT = 0xC4;
    private static final int DAC = 0xCC;
    private static final int SOF15 = 0xCF;
    private static final int RST0 = 0xD0;
    private static final int SOI = 0xD8;
    private static final int EOI = 0xD9;
    private static final int SOS = 0xDA;
    private static final int TEM = 0x01;
    private static final int APP0 = 0xE0;
    private static final int APP1 = 0xE1;
    private static final int APP2 = 0xE2;
    private static final int APP14 = 0xEE;

    private static final int JFIF_BYTES = 14;
    private static final int ADOBE_BYTES = 12;
    private static final int ADOBE_TRANSFORM = 11;
    private static final int EXIF_NAME = 6;
    private static final String REMEDY = "; save it as a baseline or progressive JPEG or as a PNG";

    private record RemovedRange(int from, int to) {}

    private final byte[] file;
    private final ScanLimit limit;
    private final List<RemovedRange> cuts = new ArrayList<>();
    private final List<Integer> adobe = new ArrayList<>();
    private final List<Integer> scanStarts = new ArrayList<>();
    private Orientation orientation = Orientation.UPRIGHT;
    private @Nullable JpegFrameHeader frame;
    private boolean jfif;
    private boolean exif;
    private boolean severalScans;
    private boolean ended;
    private int cutBytes;

    private JpegFile(byte[] file, int maxScans) {
        this.file = file;
        this.limit = new ScanLimit(maxScans);
    }

    static JpegFile read(byte[] file, int maxScans) throws ImageException {
        JpegFile jpeg = new JpegFile(file, maxScans);
        jpeg.readSegments();
        return jpeg;
    }

    /** Returns the frame header; null if there is none, which the platform's reader then reports. */
    @Nullable
    JpegFrameHeader frame() {
        return frame;
    }

    /** Returns whether the file has an end-of-image marker. */
    boolean hasEndMarker() {
        return ended;
    }

    Orientation orientation() {
        return orientation;
    }

    /** Returns the native memory of decoding beside the pixels, in bytes. */
    long coefficientBytes() {
        return severalScans ? requireNonNull(frame).coefficientBytes() : 0;
    }

    /** Returns the positions in {@link #bytes} at which scans begin. */
    int[] scanStarts() {
        return scanStarts.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Returns the file for the platform's reader; the same array if nothing was changed. */
    byte[] bytes() {
        int transform = adobeTransform();
        if (cuts.isEmpty() && transform < 0) {
            return file;
        }
        byte[] mended = new byte[file.length - cutBytes];
        int to = 0;
        int from = 0;
        for (RemovedRange cut : cuts) {
            System.arraycopy(file, from, mended, to, cut.from - from);
            to += cut.from - from;
            from = cut.to;
        }
        System.arraycopy(file, from, mended, to, file.length - from);
        for (int at : transform < 0 ? List.<Integer>of() : adobe) {
            mended[at] = (byte) transform;
        }
        return mended;
    }

    /**
     * Returns the transform that the Adobe marker must have, or -1 if the marker is correct or absent; the last marker
     * counts.
     */
    private int adobeTransform() {
        if (frame == null || adobe.isEmpty()) {
            return -1;
        }
        int stored = originalByte(adobe.get(adobe.size() - 1));
        int meant =
                switch (frame.components()) {
                    case 3 -> jfif || stored != 0 ? 1 : 0;
                    case 4 -> stored == 0 ? 0 : 2;
                    default -> stored;
                };
        return meant == stored ? -1 : meant;
    }

    /** Returns the byte of the original file for a position in the changed file. */
    private int originalByte(int position) {
        int at = position;
        for (RemovedRange cut : cuts) {
            at += cut.from <= at ? cut.to - cut.from : 0;
        }
        return file[at] & 0xFF;
    }

    private void readSegments() throws ImageException {
        int at = endOfNextMarker(2);
        while (at > 0 && (file[at - 1] & 0xFF) != EOI) {
            int code = file[at - 1] & 0xFF;
            if (code != TEM && (code < RST0 || code > SOI)) {
                if (file.length - at < 2) {
                    return;
                }
                int end = at + Math.max(2, readUnsignedShort(at));
                if (end > file.length) {
                    return;
                }
                readSegment(code, at + 2, end);
                at = end;
            }
            at = endOfNextMarker(at);
        }
        ended = at > 0;
    }

    /**
     * Returns the index after the code of the next marker, 0 if there is no further marker. A zero after 0xFF is data
     * of a scan.
     */
    private int endOfNextMarker(int from) {
        int at = from;
        while (true) {
            while (at < file.length && file[at] != -1) {
                at++;
            }
            while (at < file.length && file[at] == -1) {
                at++;
            }
            if (at >= file.length) {
                return 0;
            }
            if (file[at++] != 0) {
                return at;
            }
        }
    }

    private void readSegment(int code, int from, int end) throws ImageException {
        switch (code) {
            case APP0 -> jfif |= scanStarts.isEmpty() && end - from >= JFIF_BYTES && hasIdentifier("JFIF\0", from, end);
            case APP1 -> readExif(from, end);
            case APP2 -> {
                if (hasIdentifier("ICC_PROFILE\0", from, end)) {
                    cuts.add(new RemovedRange(from - 4, end));
                    cutBytes += end - from + 4;
                }
            }
            case APP14 -> {
                if (scanStarts.isEmpty() && end - from >= ADOBE_BYTES && hasIdentifier("Adobe", from, end)) {
                    adobe.add(from + ADOBE_TRANSFORM - cutBytes);
                }
            }
            case SOS -> readScan(from, end);
            default -> {
                if (code >= SOF0 && code <= SOF15 && code != DHT && code != DAC) {
                    readFrameHeader(code, from, end);
                }
            }
        }
    }

    private void readExif(int from, int end) {
        if (!exif && hasIdentifier("Exif\0", from, end) && end - from >= EXIF_NAME) {
            exif = true;
            orientation = Exif.orientation(file, from + EXIF_NAME, end - from - EXIF_NAME);
        }
    }

    private void readFrameHeader(int code, int from, int end) throws ImageException {
        if (code > SOF2) {
            throw unsupportedException(
                    (code & 3) == 3 ? "lossless" : code > 0xC8 ? "arithmetically coded" : "hierarchical");
        }
        if (frame != null || end - from < 6 || end - from < 6 + 3 * (file[from + 5] & 0xFF)) {
            return;
        }
        if (file[from] != 8) {
            throw unsupportedException("coded with " + file[from] + " bits a sample, not 8,");
        }
        int components = file[from + 5] & 0xFF;
        if (components != 1 && components != 3 && components != 4) {
            throw unsupportedException("made of " + components + " components");
        }
        if (readUnsignedShort(from + 1) == 0) {
            throw unsupportedException("without its height in its header");
        }
        frame = JpegFrameHeader.of(
                code == SOF2, readUnsignedShort(from + 3), readUnsignedShort(from + 1), components, file, from + 6);
    }

    private static ImageException unsupportedException(String what) {
        return new ImageException(Reason.UNSUPPORTED, "a JPEG file that is " + what + " cannot be decoded" + REMEDY);
    }

    private void readScan(int from, int end) throws ImageException {
        scanStarts.add(end - cutBytes);
        int components = end > from ? file[from] & 0xFF : 0;
        if (frame == null || end - from < 1 + 2 * components) {
            return;
        }
        severalScans |= frame.progressive() || components < frame.components();
        long blocks = 0;
        for (int i = 0; i < components; i++) {
            blocks += frame.blocksOf(file[from + 1 + 2 * i] & 0xFF);
        }
        limit.add(blocks, frame);
    }

    private boolean hasIdentifier(String name, int from, int end) {
        return end - from >= name.length() && name.equals(new String(file, from, name.length(), ISO_8859_1));
    }

    private int readUnsignedShort(int at) {
        return (file[at] & 0xFF) << 8 | file[at + 1] & 0xFF;
    }
}
