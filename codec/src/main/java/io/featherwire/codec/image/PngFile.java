package io.featherwire.codec.image;

import io.featherwire.codec.image.ImageException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The chunks of a PNG file. Lengths, checksums and the end are checked, which the Java platform's reader does not do.
 * Only the chunks that pixels depend on are passed to that reader. Profiles and texts, which may inflate to any size,
 * are removed.
 */
final class PngFile {

    private static final int SIGNATURE = 8;
    private static final int AROUND_DATA = 12;
    private static final int IHDR = 0x49484452;
    private static final int HEADER_BYTES = 13;
    private static final int PLTE = 0x504C5445;
    private static final int TRNS = 0x74524E53;
    private static final int IDAT = 0x49444154;
    private static final int EXIF = 0x65584966;
    private static final int IEND = 0x49454E44;

    private record Chunk(int from, int to) {}

    private final byte[] file;
    private final List<Chunk> kept = new ArrayList<>();
    private Orientation orientation = Orientation.UPRIGHT;
    private boolean exif;
    private int keptBytes = SIGNATURE;

    private PngFile(byte[] file) {
        this.file = file;
    }

    static PngFile read(byte[] file) throws ImageException {
        PngFile png = new PngFile(file);
        png.readChunks();
        return png;
    }

    Orientation orientation() {
        return orientation;
    }

    /** Returns the file for the platform's reader; the same array if all chunks are kept and nothing follows them. */
    byte[] bytes() {
        if (keptBytes == file.length) {
            return file;
        }
        byte[] bytes = new byte[keptBytes];
        System.arraycopy(file, 0, bytes, 0, SIGNATURE);
        int to = SIGNATURE;
        for (Chunk chunk : kept) {
            System.arraycopy(file, chunk.from, bytes, to, chunk.to - chunk.from);
            to += chunk.to - chunk.from;
        }
        return bytes;
    }

    private void readChunks() throws ImageException {
        ByteBuffer in = ByteBuffer.wrap(file);
        CRC32 crc = new CRC32();
        int at = SIGNATURE;
        while (true) {
            if (file.length - at < AROUND_DATA) {
                throw new ImageException(Reason.TRUNCATED, "the PNG file ends without its last chunk");
            }
            int length = in.getInt(at);
            if (length < 0 || length > file.length - at - AROUND_DATA) {
                throw new ImageException(Reason.TRUNCATED, "a chunk of the PNG file is longer than the file");
            }
            crc.reset();
            crc.update(file, at + 4, length + 4);
            if ((int) crc.getValue() != in.getInt(at + 8 + length)) {
                throw new ImageException(Reason.CORRUPT, "a chunk of the PNG file does not match its checksum");
            }
            int type = in.getInt(at + 4);
            readChunk(type, at, length);
            if (type == IEND) {
                return;
            }
            at += AROUND_DATA + length;
        }
    }

    private void readChunk(int type, int at, int length) throws ImageException {
        if ((type == IHDR) != kept.isEmpty() || type == IHDR && length != HEADER_BYTES) {
            throw new ImageException(
                    Reason.CORRUPT, "the PNG file has a missing, misplaced, repeated or malformed IHDR chunk");
        }
        if (type == EXIF && !exif) {
            exif = true;
            orientation = Exif.orientation(file, at + 8, length);
        }
        if (type == IHDR || type == PLTE || type == TRNS || type == IDAT || type == IEND) {
            kept.add(new Chunk(at, at + AROUND_DATA + length));
            keptBytes += AROUND_DATA + length;
        }
    }
}
