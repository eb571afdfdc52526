package io.featherwire.classifier.accuracy;

/**
 * The coordinates of an input record, so that a replay is distinguished from a new record.
 *
 * @param offset its offset in the one partition of its topic that feeds this ledger
 * @param timestamp its own time, in ms since the epoch
 */
public record InputPosition(long offset, long timestamp) {}
