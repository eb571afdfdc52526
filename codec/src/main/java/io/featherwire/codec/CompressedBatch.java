package io.featherwire.codec;

import java.util.List;

/**
 * What one run of the compressor makes of a batch; all lists in the order of the images.
 *
 * @param payloads encoded codes
 * @param codes [C, h, w] before quantising
 * @param features [F, H, W], empty unless asked for
 */
public record CompressedBatch(List<byte[]> payloads, List<float[]> codes, List<float[]> features) {

    public CompressedBatch {
        payloads = List.copyOf(payloads);
        codes = List.copyOf(codes);
        features = List.copyOf(features);
    }
}
