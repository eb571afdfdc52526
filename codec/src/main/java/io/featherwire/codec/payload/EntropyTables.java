package io.featherwire.codec.payload;

import java.util.List;

/** Frequencies of every symbol in every channel, by which the range coder codes. Immutable. */
public final class EntropyTables {

    private final TensorShape shape;

    private EntropyTables(TensorShape shape) {
        this.shape = shape;
    }

    /** Reads the artefact that {@link #bytes()} wrote. */
    public static EntropyTables parse(byte[] artefact) throws PayloadException {
        throw new PayloadException(PayloadException.Reason.NO_TABLES, "entropy tables cannot be read yet");
    }

    /** Measures the tables on symbols of training codes, each [C, h, w]. */
    public static EntropyTables measure(List<int[]> symbols, TensorShape shape) {
        throw new UnsupportedOperationException("measure");
    }

    public TensorShape shape() {
        return shape;
    }

    /** Bits of the symbols of one code under this model, without the coder's overhead. */
    public double idealBits(int[] symbols) {
        throw new UnsupportedOperationException("idealBits");
    }

    /** The artefact for the bundle's {@code entropy.bin}. */
    public byte[] bytes() {
        throw new UnsupportedOperationException("bytes");
    }
}
