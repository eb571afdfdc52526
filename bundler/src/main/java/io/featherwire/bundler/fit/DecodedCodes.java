package io.featherwire.bundler.fit;

import static java.util.Objects.requireNonNull;

import io.featherwire.bundler.assembly.LinearLogits;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.SymbolCodec;
import java.util.Arrays;

/**
 * Codes after encoding and decoding, with the symbols that a compressor chooses; if the codec has linear logits, the
 * choice considers the network's prediction.
 *
 * @param codes [rows, values of the code], as the decoder side reconstructs them
 * @param sizes the payload sizes, in bytes
 */
record DecodedCodes(float[] codes, int[] sizes) {

    /** The number of images whose directions are in memory at the same time. */
    private static final int PART = 128;

    /**
     * Encodes and decodes codes.
     *
     * @param features [rows, values]
     * @param all [rows, coefficients], the coefficients of the features; the codec sends the first of them
     */
    static DecodedCodes of(MatrixProducts products, FittedCode code, float[] features, float[] all, int rows) {
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
            float[] directions = computeDirections(
                    products,
                    code,
                    rowRange(features, rows, from, to),
                    Arrays.copyOfRange(codes, from * count, to * count),
                    to - from);
            for (int row = from; row < to; row++) {
                float[] own = Arrays.copyOfRange(codes, row * count, (row + 1) * count);
                int[] symbols = directions.length == 0
                        ? quantiser.quantise(own)
                        : quantiser.quantise(own, rowRange(directions, to - from, row - from, row - from + 1));
                byte[] payload = codec.encode(own, symbols, code.mode());
                sizes[row] = payload.length;
                System.arraycopy(decode(decoder, payload), 0, codes, row * count, count);
            }
        }
        return new DecodedCodes(codes, sizes);
    }

    /** Returns the mean payload size, in bytes. */
    double mean() {
        return Arrays.stream(sizes).average().orElse(0);
    }

    /** Returns the mean payload size plus its standard error, in bytes; the mean of other images is hardly larger. */
    double meanPlusStandardError() {
        double mean = mean();
        double variance = Arrays.stream(sizes)
                .mapToDouble(size -> (size - mean) * (size - mean))
                .average()
                .orElse(0);
        return mean + Math.sqrt(variance / Math.max(1, sizes.length));
    }

    private static float[] rowRange(float[] values, int rows, int from, int to) {
        int each = values.length / rows;
        return Arrays.copyOfRange(values, from * each, to * each);
    }

    private static float[] computeDirections(
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

    private static float[] decode(PayloadCodec decoder, byte[] payload) {
        try {
            return decoder.decode(payload);
        } catch (PayloadException e) {
            throw new IllegalStateException("a payload that was just written cannot be read", e);
        }
    }
}
