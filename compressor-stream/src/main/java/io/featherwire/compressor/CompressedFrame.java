package io.featherwire.compressor;

import io.featherwire.schemas.CompactFeature;
import java.util.Optional;

/**
 * A processed frame.
 *
 * @param feature without a payload if the frame is a repeat
 * @param audit predictions of the uncompressed path, if it was audited
 * @param gate decision of the gate, if there is one
 */
record CompressedFrame(CompactFeature feature, Optional<AuditResult> audit, Optional<GateResult> gate) {}
