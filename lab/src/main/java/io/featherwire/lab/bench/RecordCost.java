package io.featherwire.lab.bench;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Bytes of features records in the broker's log.
 *
 * @param scenario traffic of the records
 * @param frames number of frames
 * @param dataBatches Kafka batches that hold frames
 * @param logBytes size of the log segment
 * @param batchHeaderBytes headers of the data batches
 * @param markerBytes commit markers of transactions
 * @param keyBytes keys, as they were before compression
 * @param payloadBytes payloads, as they were before compression
 * @param plainBytes bytes of the frames' records without compression and without batch headers
 */
@RecordBuilder
record RecordCost(
        RecordTraffic scenario,
        int frames,
        int dataBatches,
        long logBytes,
        long batchHeaderBytes,
        long markerBytes,
        long keyBytes,
        long payloadBytes,
        long plainBytes) {

    double perFrame(long bytes) {
        return (double) bytes / frames;
    }

    double framesPerBatch() {
        return (double) frames / dataBatches;
    }

    /** The size without compression. */
    double plainOverheadPerFrame() {
        return perFrame(plainBytes + batchHeaderBytes + markerBytes - payloadBytes);
    }

    /** Everything in the log but the payload; the key counts as overhead. */
    double overheadPerFrame() {
        return perFrame(logBytes - payloadBytes);
    }
}
