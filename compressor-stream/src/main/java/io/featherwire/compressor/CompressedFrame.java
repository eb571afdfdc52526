package io.featherwire.compressor;

import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.audit.UncompressedResult;
import java.util.Optional;

/** What becomes of a frame: its compact feature and, where it was audited, what the uncompressed path says of it. */
record CompressedFrame(CompactFeature feature, Optional<UncompressedResult> audit) {}
