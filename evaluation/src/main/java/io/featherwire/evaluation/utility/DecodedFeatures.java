package io.featherwire.evaluation.utility;

import org.jspecify.annotations.Nullable;

/**
 * The features of one subset after decoding.
 *
 * @param features decoded features
 * @param logits logits of the network's own head on the decoded features; null if the coding has no logits
 * @param bytes size of each payload, in bytes
 * @param encodeMicros mean encoding time of one vector on one core, in microseconds, without the transform, which is a
 *     part of the network; NaN if not measured
 * @param decodeMicros mean decoding time of one vector on one core, in microseconds, without the transform; NaN if not
 *     measured
 */
record DecodedFeatures(
        FloatMatrix features, @Nullable FloatMatrix logits, int[] bytes, double encodeMicros, double decodeMicros) {}
