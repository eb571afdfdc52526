package io.featherwire.classifier.accuracy;

/**
 * Offset and timestamp of an input record, which distinguish a replay from a new record.
 *
 * @param offset the offset in the partition that this ledger reads
 * @param timestamp the record's timestamp, in ms since 1970
 */
public record InputPosition(long offset, long timestamp) {}
