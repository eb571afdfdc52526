package io.featherwire.evaluation.utility;

import java.util.Arrays;

/** A coding that encodes each vector independently. Encoding and decoding are timed on one core. */
abstract class VectorCoding implements Coding {

    private static final int WARM_UP = 200;

    /** Transforms vectors before they are encoded, such as by a rotation; returns them unchanged by default. */
    FloatMatrix transform(FloatMatrix features) {
        return features;
    }

    /** The inverse of {@link #transform}. */
    FloatMatrix inverseTransform(FloatMatrix decoded) {
        return decoded;
    }

    abstract byte[] encode(float[] vector);

    abstract float[] decode(byte[] payload);

    @Override
    public final DecodedFeatures encodeAndDecode(ImageSubset part) {
        FloatMatrix vectors = transform(part.features());
        int count = vectors.count();
        for (int i = 0; i < Math.min(WARM_UP, count); i++) {
            decode(encode(vectors.row(i)));
        }
        byte[][] payloads = new byte[count][];
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            payloads[i] = encode(vectors.row(i));
        }
        long middle = System.nanoTime();
        float[] decoded = new float[vectors.values().length];
        for (int i = 0; i < count; i++) {
            System.arraycopy(decode(payloads[i]), 0, decoded, i * vectors.length(), vectors.length());
        }
        long end = System.nanoTime();
        return new DecodedFeatures(
                inverseTransform(new FloatMatrix(decoded, vectors.length())),
                null,
                Arrays.stream(payloads).mapToInt(payload -> payload.length).toArray(),
                (middle - start) / 1e3 / count,
                (end - middle) / 1e3 / count);
    }
}
