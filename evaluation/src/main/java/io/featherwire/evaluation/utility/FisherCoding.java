package io.featherwire.evaluation.utility;

import static java.util.Objects.requireNonNull;

import io.featherwire.bundler.fit.CodecFamily;
import io.featherwire.bundler.fit.FittedCode;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.SymbolCodec;
import java.util.Arrays;

/**
 * Payloads of a fitted codec with Fisher-weighted symbols, which respect the network's own prediction. Compressors
 * choose the same symbols when RDOQ is off.
 */
final class FisherCoding implements Coding {

    private static final int BATCH = 128;

    private final ScalarCoding scalar;
    private final CodecFamily codecs;
    private final FittedCode code;
    private final PayloadCodec payloads;
    private final CodeQuantiser quantiser;
    private final SymbolCodec symbols;

    FisherCoding(String family, String name, CodecFamily codecs, FittedCode code) {
        this.scalar = new ScalarCoding(family, name, codecs, code);
        this.codecs = codecs;
        this.code = code;
        this.payloads = code.payloads();
        this.quantiser = CodeQuantiser.of(code.format());
        this.symbols = SymbolCodec.of(code.format());
    }

    @Override
    public String family() {
        return scalar.family();
    }

    @Override
    public String name() {
        return scalar.name();
    }

    @Override
    public long sharedBytes() {
        return scalar.sharedBytes()
                + requireNonNull(code.linearLogits(), "linearLogits").weights().length;
    }

    @Override
    public DecodedFeatures encodeAndDecode(ImageSubset images) {
        FloatMatrix features = images.features();
        FloatMatrix codes = scalar.transform(features);
        int[] bytes = new int[codes.count()];
        float[] decoded = new float[codes.values().length];
        long encode = 0;
        long decode = 0;
        for (int from = 0; from < bytes.length; from += BATCH) {
            int[] some = rowRange(from, Math.min(bytes.length, from + BATCH));
            float[] directions = codecs.directions(
                    code, features.select(some).values(), codes.select(some).values());
            int own = directions.length / some.length;
            for (int i = 0; i < some.length; i++) {
                float[] exact = codes.row(some[i]);
                float[] mine = Arrays.copyOfRange(directions, i * own, (i + 1) * own);
                long start = System.nanoTime();
                byte[] payload = symbols.encode(exact, quantiser.quantise(exact, mine), code.mode());
                long middle = System.nanoTime();
                System.arraycopy(decode(payload), 0, decoded, some[i] * exact.length, exact.length);
                decode += System.nanoTime() - middle;
                encode += middle - start;
                bytes[some[i]] = payload.length;
            }
        }
        return new DecodedFeatures(
                scalar.inverseTransform(new FloatMatrix(decoded, codes.length())),
                null,
                bytes,
                encode / 1e3 / bytes.length,
                decode / 1e3 / bytes.length);
    }

    private static int[] rowRange(int from, int to) {
        int[] rows = new int[to - from];
        Arrays.setAll(rows, i -> from + i);
        return rows;
    }

    private float[] decode(byte[] payload) {
        try {
            return payloads.decode(payload);
        } catch (PayloadException e) {
            throw new IllegalStateException("a payload that was just made cannot be read", e);
        }
    }
}
