package io.featherwire.evaluation.utility;

import org.jspecify.annotations.Nullable;

/**
 * The features of one subset after decoding.
 *
 * @param features decoded
 * @param logits of the network's own head on what was decoded, null if the coding has no logits
 * @param bytes of each payload
 * @param encodeMicros mean of one vector on one core, without the transform that is a part of the network; NaN where
 *     not measured
 * @param decodeMicros the same for the way back
 */
record DecodedFeatures(Rows features, @Nullable Rows logits, int[] bytes, double encodeMicros, double decodeMicros) {}
