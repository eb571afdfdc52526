package io.featherwire.codec;

import io.featherwire.codec.payload.PayloadMode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The results of one run of the compressor. Each list has one element per image, in the order of the images.
 *
 * @param mode the compressor's payload mode
 * @param payloadsByMode the payloads in {@code mode} and in the modes of {@link
 *      FeatureCompressor.Options#withFurtherModes}
 * @param codes the codes [C, h, w] before quantisation
 * @param features the features [F, H, W]; empty unless the options ask for them
 * @param predictions the uncompressed path's predictions; empty unless RDOQ needs them or the options ask for them
 */
public record CompressedBatch(
        PayloadMode mode,
        Map<PayloadMode, List<byte[]>> payloadsByMode,
        List<float[]> codes,
        List<float[]> features,
        List<Prediction> predictions) {

    public CompressedBatch {
        payloadsByMode = Map.copyOf(payloadsByMode);
        codes = List.copyOf(codes);
        features = List.copyOf(features);
        predictions = List.copyOf(predictions);
    }

    /** Returns the payloads in the compressor's mode. */
    public List<byte[]> payloads() {
        return payloads(mode);
    }

    /** Returns the payloads in one of the modes that the options ask for. */
    public List<byte[]> payloads(PayloadMode of) {
        List<byte[]> payloads = payloadsByMode.get(of);
        if (payloads == null) {
            throw new IllegalArgumentException("the batch has payloads of " + payloadsByMode.keySet() + ", not of "
                    + of.text() + ": ask for them by FeatureCompressor.Options.withFurtherModes");
        }
        return payloads;
    }

    static CompressedBatch concat(PayloadMode mode, List<CompressedBatch> parts) {
        Map<PayloadMode, List<byte[]>> payloads = new EnumMap<>(PayloadMode.class);
        payloads.put(mode, new ArrayList<>());
        List<float[]> codes = new ArrayList<>();
        List<float[]> features = new ArrayList<>();
        List<Prediction> predictions = new ArrayList<>();
        for (CompressedBatch part : parts) {
            part.payloadsByMode.forEach((one, own) ->
                    payloads.computeIfAbsent(one, none -> new ArrayList<>()).addAll(own));
            codes.addAll(part.codes);
            features.addAll(part.features);
            predictions.addAll(part.predictions);
        }
        return new CompressedBatch(mode, payloads, codes, features, predictions);
    }
}
