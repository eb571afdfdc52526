package io.featherwire.producer.camera;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** The meters of one camera. */
final class CameraMeters {

    private final Counter frames;
    private final Counter damaged;
    private final Counter skipped;
    private final Counter connections;
    private volatile boolean up;

    CameraMeters(String sensorId, MeterRegistry registry) {
        frames = counter("featherwire.camera.frames", sensorId, registry);
        damaged = counter("featherwire.camera.damaged", sensorId, registry);
        skipped = counter("featherwire.camera.skipped", sensorId, registry);
        connections = counter("featherwire.camera.connections", sensorId, registry);
        Gauge.builder("featherwire.camera.up", this, meters -> meters.up ? 1 : 0)
                .tag("sensor", sensorId)
                .register(registry);
    }

    private static Counter counter(String name, String sensorId, MeterRegistry registry) {
        return Counter.builder(name).tag("sensor", sensorId).register(registry);
    }

    void countReceived() {
        frames.increment();
    }

    /** Counts a truncated or oversized image. */
    void countDamaged() {
        damaged.increment();
    }

    /** Counts an image that was replaced by a newer one. */
    void countSkipped() {
        skipped.increment();
    }

    void setConnected() {
        connections.increment();
        up = true;
    }

    void setDisconnected() {
        up = false;
    }
}
