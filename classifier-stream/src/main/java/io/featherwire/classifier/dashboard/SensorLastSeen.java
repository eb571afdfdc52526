package io.featherwire.classifier.dashboard;

/**
 * The time of a sensor's last record.
 *
 * @param at time of its last classification, in ms since the epoch
 * @param lagMs from capture to classification of that frame: the delay on its device and before the classifier
 */
public record SensorLastSeen(String sensorId, long at, long lagMs) {}
