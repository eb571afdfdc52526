package io.featherwire.compressor;

import io.featherwire.schemas.CompactFeature;
import java.util.Optional;

/**
 * The result for one frame.
 *
 * @param feature the features record; its payload is empty if the frame is a repeat
 * @param audit the predictions of the uncompressed path, if the frame was audited
 * @param gate the decision of the gate; empty without a gate
 */
record CompressedFrame(CompactFeature feature, Optional<AuditResult> audit, Optional<GateResult> gate) {}
