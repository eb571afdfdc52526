package io.featherwire.codec;

import java.util.ArrayList;
import java.util.List;

/**
 * The results of one run of the compressor; all lists in the order of the images.
 *
 * @param payloads encoded codes
 * @param codes [C, h, w] before quantising
 * @param features [F, H, W], empty unless asked for
 * @param predictions of the uncompressed path, empty unless RDOQ needs them or {@link FeatureCompressor.Options} ask for them
 */
public record CompressedBatch(
        List<byte[]> payloads, List<float[]> codes, List<float[]> features, List<Prediction> predictions) {

    public CompressedBatch {
        payloads = List.copyOf(payloads);
        codes = List.copyOf(codes);
        features = List.copyOf(features);
        predictions = List.copyOf(predictions);
    }

    static CompressedBatch joined(List<CompressedBatch> parts) {
        List<byte[]> payloads = new ArrayList<>();
        List<float[]> codes = new ArrayList<>();
        List<float[]> features = new ArrayList<>();
        List<Prediction> predictions = new ArrayList<>();
        for (CompressedBatch part : parts) {
            payloads.addAll(part.payloads);
            codes.addAll(part.codes);
            features.addAll(part.features);
            predictions.addAll(part.predictions);
        }
        return new CompressedBatch(payloads, codes, features, predictions);
    }
}
