package io.featherwire.compressor;

import io.featherwire.runtime.deadletter.SourceRecord;

/**
 * The outcome of a decision of the gate.
 *
 * @param source the frame's record
 * @param prediction predicted class index of a coded frame; −1 for others
 */
record GateResult(GateStep step, SourceRecord source, int prediction) {}
