package io.featherwire.lab.bench;

/**
 * What features records take in the broker's log.
 *
 * @param scenario how they came
 * @param frames how many
 * @param dataBatches Kafka batches with frames in them
 * @param logBytes the log segment, whole
 * @param batchHeaderBytes headers of the data batches
 * @param markerBytes commit markers of transactions
 * @param keyBytes keys, as they were before compression
 * @param payloadBytes payloads, as they were before compression
 * @param plainBytes what the frames' records would take without compression, without batch headers
 */
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

    /** The same, had nothing been compressed. */
    double plainOverheadPerFrame() {
        return perFrame(plainBytes + batchHeaderBytes + markerBytes - payloadBytes);
    }

    /** Everything in the log but the payload: the key is counted as overhead, too. */
    double overheadPerFrame() {
        return perFrame(logBytes - payloadBytes);
    }
}
