package io.featherwire.classifier.dashboard;

/**
 * The time of a sensor's last frame.
 *
 * @param at the time of the last classification, in ms since 1970
 * @param lagMs the time from capture to classification of that frame, in ms
 */
public record SensorLastSeen(String sensorId, long at, long lagMs) {}
