package io.featherwire.compressor;

import io.featherwire.runtime.deadletter.SourceRecord;

/**
 * What the gate's decision came to.
 *
 * @param source the frame's record
 * @param answer class index that the network gives a coded frame; −1 for others
 */
record GateResult(GateStep step, SourceRecord source, int answer) {}
