package io.featherwire.compressor;

import io.featherwire.codec.Prediction;
import io.featherwire.runtime.deadletter.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * The gate's decision for a frame, with the data that {@link RepeatWriter} needs.
 *
 * @param source the frame's record
 * @param prediction the prediction of a coded frame; null for a repeat
 */
record GateResult(GateStep step, SourceRecord source, @Nullable Prediction prediction) {}
