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
 * @param sizes of the payloads, in bytes
 */
record SentCodes(float[] codes, int[] sizes) {

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
        int[] sizes = new int[rows];
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
                sizes[row] = payload.length;
                System.arraycopy(decoded(decoder, payload), 0, codes, row * count, count);
            }
        }
        return new SentCodes(codes, sizes);
    }

    /** Mean payload. */
    double mean() {
        return Arrays.stream(sizes).average().orElse(0);
    }

    /** Mean payload and its standard error: other images hardly need more. */
    double most() {
        double mean = mean();
        double variance = Arrays.stream(sizes)
                .mapToDouble(size -> (size - mean) * (size - mean))
                .average()
                .orElse(0);
        return mean + Math.sqrt(variance / Math.max(1, sizes.length));
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
