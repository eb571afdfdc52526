package io.featherwire.compressor;

import io.featherwire.schemas.CompactFeature;
import java.util.Optional;

/**
 * What becomes of a frame.
 *
 * @param feature without a payload where the frame is a repeat
 * @param audit what the uncompressed path says of it, where it was audited
 * @param gate what the gate decided, where there is one
 */
record CompressedFrame(CompactFeature feature, Optional<AuditResult> audit, Optional<GateResult> gate) {}
