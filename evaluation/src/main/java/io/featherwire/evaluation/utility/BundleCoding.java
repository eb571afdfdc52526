package io.featherwire.evaluation.utility;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.FisherDirections;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.payload.CodeFormat;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.SymbolCodec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The bundle's own coding: payloads of the bundle's compressor without RDOQ, decoded by the bundle's decoder. */
final class BundleCoding implements Coding {

    private static final int BATCH = 32;

    static final String FAMILY = "the bundle";

    private final Bundle bundle;
    private final BundleFeatures features;

    BundleCoding(Bundle bundle, BundleFeatures features) {
        this.bundle = bundle;
        this.features = features;
    }

    @Override
    public String family() {
        return FAMILY;
    }

    @Override
    public String name() {
        return bundle.manifest().name();
    }

    @Override
    public String identity() {
        return Coding.super.identity() + ", " + bundle.fingerprint().hex();
    }

    @Override
    public long sharedBytes() {
        return features.bundleBytes();
    }

    @Override
    public DecodedFeatures encodeAndDecode(ImageSubset part) {
        FloatMatrix codes = requireNonNull(part.codes(), "codes");
        PayloadCodec codec = bundle.payloadCodec();
        PayloadMode mode = bundle.manifest().defaultMode();
        byte[][] payloads = new byte[codes.count()][];
        List<float[]> directions = computeDirections(part);
        CodeFormat format = bundle.codeFormat();
        SymbolCodec symbols = SymbolCodec.of(format);
        CodeQuantiser quantiser = directions.isEmpty() ? null : CodeQuantiser.of(format);
        long start = System.nanoTime();
        for (int i = 0; i < payloads.length; i++) {
            float[] code = codes.row(i);
            payloads[i] = quantiser == null
                    ? codec.encode(code, mode)
                    : symbols.encode(code, quantiser.quantise(code, directions.get(i)), mode);
        }
        long middle = System.nanoTime();
        float[] decoded = new float[codes.values().length];
        try {
            for (int i = 0; i < payloads.length; i++) {
                System.arraycopy(codec.decode(payloads[i]), 0, decoded, i * codes.length(), codes.length());
            }
        } catch (PayloadException e) {
            throw new IllegalStateException("a payload that was just made cannot be read", e);
        }
        long end = System.nanoTime();
        FloatMatrix[] both = features.reconstruct(new FloatMatrix(decoded, codes.length()));
        return new DecodedFeatures(
                both[0],
                both[1],
                Arrays.stream(payloads).mapToInt(payload -> payload.length).toArray(),
                (middle - start) / 1e3 / payloads.length,
                (end - middle) / 1e3 / payloads.length);
    }

    /**
     * The compressor's Fisher directions by image; empty if the bundle has no Fisher graph or its mode has no symbols.
     */
    private List<float[]> computeDirections(ImageSubset part) {
        PayloadMode mode = bundle.manifest().defaultMode();
        if (mode != PayloadMode.PACKED && mode != PayloadMode.ENTROPY) {
            return List.of();
        }
        try (FisherDirections fisher = FisherDirections.open(bundle, Device.CPU, BATCH, OnnxOptions.DEFAULT)
                .orElse(null)) {
            return fisher == null
                    ? List.of()
                    : fisher.compute(splitRows(requireNonNull(part.codes(), "codes")), splitRows(part.features()));
        } catch (BundleException e) {
            throw new IllegalStateException("the Fisher graph cannot be used", e);
        }
    }

    private static List<float[]> splitRows(FloatMatrix rows) {
        return IntStream.range(0, rows.count()).mapToObj(rows::row).toList();
    }
}
