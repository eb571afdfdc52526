package io.featherwire.compressor;

import io.featherwire.schemas.audit.HeadResults;
import io.featherwire.schemas.audit.UncompressedResult;
import org.apache.kafka.common.header.Headers;

/**
 * What the uncompressed path says of a frame.
 *
 * @param own the bundle's own head
 * @param heads further heads
 */
record AuditResult(UncompressedResult own, HeadResults heads) {

    /** Puts it on a record that is about to be sent. */
    void addTo(Headers headers) {
        own.addTo(headers);
        heads.addTo(headers);
    }
}
