package io.featherwire.codec.image;

import io.featherwire.codec.image.ImageException.Reason;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Checks lengths, checksums and the end of a PNG file, which the Java platform's reader does not. */
final class PngChunks {

    private static final int SIGNATURE = 8;
    private static final int AROUND_DATA = 12;
    private static final int IEND = 0x49454E44;

    private PngChunks() {}

    static void verify(byte[] png) throws ImageException {
        ByteBuffer in = ByteBuffer.wrap(png);
        CRC32 crc = new CRC32();
        int at = SIGNATURE;
        while (true) {
            if (png.length - at < AROUND_DATA) {
                throw new ImageException(Reason.TRUNCATED, "the PNG file ends without its last chunk");
            }
            int length = in.getInt(at);
            if (length < 0 || length > png.length - at - AROUND_DATA) {
                throw new ImageException(Reason.TRUNCATED, "a chunk of the PNG file is longer than the file");
            }
            crc.reset();
            crc.update(png, at + 4, length + 4);
            if ((int) crc.getValue() != in.getInt(at + 8 + length)) {
                throw new ImageException(Reason.CORRUPT, "a chunk of the PNG file does not match its checksum");
            }
            if (in.getInt(at + 4) == IEND) {
                return;
            }
            at += AROUND_DATA + length;
        }
    }
}
