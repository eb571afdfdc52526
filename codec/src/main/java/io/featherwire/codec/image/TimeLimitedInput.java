package io.featherwire.codec.image;

import javax.imageio.stream.ImageInputStreamImpl;

/** A file in memory that the platform's readers read in pieces. The time limit is checked before each piece. */
final class TimeLimitedInput extends ImageInputStreamImpl {

    private final byte[] file;
    private final int[] pauses;
    private final DecodingTimeLimit time;

    /**
     * Creates an input in which no piece crosses a pause position, since decoding the few bytes between two pauses may
     * take long.
     */
    TimeLimitedInput(byte[] file, int[] pauses, DecodingTimeLimit time) {
        this.file = file;
        this.pauses = pauses;
        this.time = time;
    }

    @Override
    public int read() {
        bitOffset = 0;
        return streamPos < file.length ? file[(int) streamPos++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        bitOffset = 0;
        if (streamPos >= file.length) {
            return -1;
        }
        time.check();
        int from = (int) streamPos;
        int count = Math.min(length, endOfPart(from) - from);
        System.arraycopy(file, from, target, offset, count);
        streamPos += count;
        return count;
    }

    private int endOfPart(int from) {
        for (int pause : pauses) {
            if (pause > from) {
                return pause;
            }
        }
        return file.length;
    }

    @Override
    public long length() {
        return file.length;
    }
}
