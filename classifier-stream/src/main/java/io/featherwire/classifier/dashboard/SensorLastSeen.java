package io.featherwire.classifier.dashboard;

/**
 * When a sensor was last heard.
 *
 * @param at time of its last classification, in ms since the epoch
 * @param lagMs from capture to classification of that frame: what waits on its device and before the classifier
 */
public record SensorLastSeen(String sensorId, long at, long lagMs) {}
