package io.featherwire.producer.mqtt.source;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** The meters of the MQTT source. */
final class SourceMeters {

    private final Counter messages;
    private final Counter frames;
    private final Counter duplicates;
    private final Counter refused;
    private volatile boolean up;

    SourceMeters(MeterRegistry registry) {
        messages = Counter.builder("featherwire.mqtt.messages").register(registry);
        frames = Counter.builder("featherwire.mqtt.frames").register(registry);
        duplicates = Counter.builder("featherwire.mqtt.repeated").register(registry);
        refused = Counter.builder("featherwire.mqtt.refused").register(registry);
        Gauge.builder("featherwire.mqtt.up", this, meters -> meters.up ? 1 : 0).register(registry);
    }

    void countReceived() {
        messages.increment();
    }

    void countFrames(int newFrames, int duplicateRecords) {
        frames.increment(newFrames);
        duplicates.increment(duplicateRecords);
    }

    void countRejected() {
        refused.increment();
    }

    void setUp(boolean isUp) {
        up = isUp;
    }

    boolean isUp() {
        return up;
    }
}
