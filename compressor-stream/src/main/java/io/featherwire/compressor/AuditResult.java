package io.featherwire.compressor;

import io.featherwire.schemas.audit.HeadResults;
import io.featherwire.schemas.audit.UncompressedResult;
import org.apache.kafka.common.header.Headers;

/**
 * The predictions of the uncompressed path for a frame.
 *
 * @param own the prediction of the bundle's own head
 * @param heads the predictions of further heads
 */
record AuditResult(UncompressedResult own, HeadResults heads) {

    /** Adds the predictions to the headers of a record. */
    void addTo(Headers headers) {
        own.addTo(headers);
        heads.addTo(headers);
    }
}
