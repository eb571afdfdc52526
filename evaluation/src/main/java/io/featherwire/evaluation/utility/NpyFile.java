package io.featherwire.evaluation.utility;

import io.featherwire.evaluation.EvaluationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a matrix of 32-bit floats from a NumPy file (format 1 or 2, little-endian, C order). */
final class NpyFile {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern SHAPE = Pattern.compile("'shape': \\((\\d+), (\\d+),?\\)");
    private static final int PREFIX = 10;

    private NpyFile() {}

    static FloatMatrix read(Path file) throws IOException, EvaluationException {
        if (Files.size(file) > Integer.MAX_VALUE - 8) {
            throw new EvaluationException("Cannot read " + file + ": it is larger than 2 GiB. Give fewer features.");
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.limit() < PREFIX + 2
                || !ByteBuffer.wrap(bytes.array(), 0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            throw new EvaluationException("Cannot read " + file + ": its first bytes are not those of a .npy file.");
        }
        boolean first = bytes.get(MAGIC.length) == 1;
        int at = first ? PREFIX : PREFIX + 2;
        long size = first ? bytes.getShort(PREFIX - 2) & 0xFFFF : bytes.getInt(PREFIX - 2) & 0xFFFFFFFFL;
        if (at + size > bytes.limit()) {
            throw new EvaluationException("Cannot read " + file + ": it ends within its header.");
        }
        String header = new String(bytes.array(), at, (int) size, StandardCharsets.ISO_8859_1);
        Matcher shape = SHAPE.matcher(header);
        if (!header.contains("'<f4'") || !header.contains("'fortran_order': False") || !shape.find()) {
            throw new EvaluationException("Cannot read " + file + ": its header is " + header.strip()
                    + ", it must be a matrix [images, values] of float32 in C order.");
        }
        long rows = Long.parseLong(shape.group(1));
        long length = Long.parseLong(shape.group(2));
        bytes.position(at + (int) size);
        if (rows < 1 || length < 1 || rows * length * Float.BYTES != bytes.remaining()) {
            throw new EvaluationException("Cannot read " + file + ": a matrix of " + rows + " × " + length
                    + " floats cannot have " + bytes.remaining() + " bytes.");
        }
        float[] values = new float[(int) (rows * length)];
        bytes.asFloatBuffer().get(values);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new EvaluationException("Cannot use " + file + ": some of its values are not finite.");
            }
        }
        return new FloatMatrix(values, (int) length);
    }
}
