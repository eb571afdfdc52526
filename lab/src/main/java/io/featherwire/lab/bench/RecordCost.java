package io.featherwire.lab.bench;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * The bytes of records of the topic features in the broker's log.
 *
 * @param scenario traffic of the records
 * @param frames number of frames
 * @param dataBatches number of Kafka batches that hold frames
 * @param logBytes size of the log segment, in bytes
 * @param batchHeaderBytes size of the data batches' headers
 * @param markerBytes size of the transactions' commit markers
 * @param keyBytes size of the keys before compression
 * @param payloadBytes size of the payloads before compression
 * @param plainBytes size of the records without compression and without batch headers
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

    /** The bytes per frame besides the payload, without compression. */
    double plainOverheadPerFrame() {
        return perFrame(plainBytes + batchHeaderBytes + markerBytes - payloadBytes);
    }

    /** The bytes per frame in the log besides the payload. The key counts as overhead. */
    double overheadPerFrame() {
        return perFrame(logBytes - payloadBytes);
    }
}
