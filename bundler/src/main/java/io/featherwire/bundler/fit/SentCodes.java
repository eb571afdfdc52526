package io.featherwire.bundler.fit;

import static java.util.Objects.requireNonNull;

import io.featherwire.bundler.assembly.LinearLogits;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.SymbolCodec;
import java.util.Arrays;

/**
 * Codes after their way through payloads, with the symbols that a compressor chooses: if the codec has a prediction, they respect it.
 *
 * @param codes as the decoder side receives them, [rows, values of the code]
 * @param bytes of all payloads together
 */
record SentCodes(float[] codes, long bytes) {

    /** The directions of so few images at once fit into memory. */
    private static final int PART = 128;

    /**
     * Sends features.
     *
     * @param features [rows, values]
     * @param all coefficients of the features, [rows, coefficients], of which the codec sends the first
     */
    static SentCodes of(MatrixProducts products, FittedCode code, float[] features, float[] all, int rows) {
        int coefficients = all.length / rows;
        int count = code.shape().values();
        CodeQuantiser quantiser = CodeQuantiser.of(code.format());
        SymbolCodec codec = SymbolCodec.of(code.format());
        PayloadCodec decoder = code.payloads();
        float[] codes = new float[rows * count];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(all, row * coefficients, codes, row * count, count);
        }
        long bytes = 0;
        for (int from = 0; from < rows; from += PART) {
            int to = Math.min(rows, from + PART);
            float[] directions = directions(
                    products,
                    code,
                    part(features, rows, from, to),
                    Arrays.copyOfRange(codes, from * count, to * count),
                    to - from);
            for (int row = from; row < to; row++) {
                float[] own = Arrays.copyOfRange(codes, row * count, (row + 1) * count);
                int[] symbols = directions.length == 0
                        ? quantiser.quantise(own)
                        : quantiser.quantise(own, part(directions, to - from, row - from, row - from + 1));
                byte[] payload = codec.encode(own, symbols, code.mode());
                bytes += payload.length;
                System.arraycopy(decoded(decoder, payload), 0, codes, row * count, count);
            }
        }
        return new SentCodes(codes, bytes);
    }

    private static float[] part(float[] values, int rows, int from, int to) {
        int each = values.length / rows;
        return Arrays.copyOfRange(values, from * each, to * each);
    }

    private static float[] directions(
            MatrixProducts products, FittedCode code, float[] features, float[] codes, int rows) {
        LinearLogits linearLogits = code.linearLogits();
        return linearLogits == null
                ? new float[0]
                : LogitRegression.directions(
                        products,
                        linearLogits,
                        code.transform(),
                        requireNonNull(code.quantisers().symbols(), "symbols"),
                        features,
                        codes,
                        rows);
    }

    private static float[] decoded(PayloadCodec decoder, byte[] payload) {
        try {
            return decoder.decode(payload);
        } catch (PayloadException e) {
            throw new IllegalStateException("a payload that was just written cannot be read", e);
        }
    }
}
