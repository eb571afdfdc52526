package io.featherwire.compressor;

import io.featherwire.codec.Prediction;
import io.featherwire.runtime.deadletter.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a decision of the gate.
 *
 * @param source the frame's record
 * @param prediction of a coded frame; null for others
 */
record GateResult(GateStep step, SourceRecord source, @Nullable Prediction prediction) {}
