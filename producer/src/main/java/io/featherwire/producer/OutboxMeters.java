package io.featherwire.producer;

import io.featherwire.producer.outbox.ConnectionListener;
import io.featherwire.producer.outbox.Outbox;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** The meters of an outbox and its connection. */
final class OutboxMeters implements ConnectionListener {

    private static final double MILLIS = 1e3;
    private static final double NANOS_OF_DAY = 86_400e9;

    private final Counter sent;
    private final Counter gaps;
    private final Counter bytes;
    private final long begun = System.nanoTime();
    private volatile boolean up;

    OutboxMeters(MeterRegistry registry, Outbox outbox) {
        Gauge.builder("featherwire.outbox.frames", outbox, Outbox::frames).register(registry);
        Gauge.builder("featherwire.outbox.bytes", outbox, Outbox::diskBytes).register(registry);
        Gauge.builder("featherwire.outbox.age.seconds", outbox, box -> box.oldestAge() / MILLIS)
                .register(registry);
        FunctionCounter.builder("featherwire.outbox.stored", outbox, Outbox::storedFrames)
                .register(registry);
        FunctionCounter.builder("featherwire.outbox.given.up", outbox, Outbox::droppedFrames)
                .register(registry);
        FunctionCounter.builder("featherwire.outbox.coarser", outbox, Outbox::coarserFrames)
                .register(registry);
        Gauge.builder("featherwire.outbox.coarser.step", outbox, Outbox::coarserStep)
                .register(registry);
        Gauge.builder("featherwire.line.up", this, meters -> meters.up ? 1 : 0).register(registry);
        sent = Counter.builder("featherwire.outbox.sent").register(registry);
        gaps = Counter.builder("featherwire.outbox.gaps.sent").register(registry);
        bytes = Counter.builder("featherwire.line.bytes").register(registry);
        Gauge.builder("featherwire.line.frame.bytes", this, OutboxMeters::bytesPerFrame)
                .register(registry);
        Gauge.builder("featherwire.line.day.bytes", this, OutboxMeters::bytesPerDay)
                .register(registry);
    }

    private double bytesPerFrame() {
        return sent.count() == 0 ? 0 : bytes.count() / sent.count();
    }

    /** The mean since the process started, in bytes a day. */
    private double bytesPerDay() {
        return bytes.count() * NANOS_OF_DAY / Math.max(1, System.nanoTime() - begun);
    }

    boolean isUp() {
        return up;
    }

    double sentFrames() {
        return sent.count();
    }

    double lineBytes() {
        return bytes.count();
    }

    @Override
    public void onConnectionChange(boolean isUp) {
        up = isUp;
    }

    @Override
    public void onSent(int frames, int gapRecords) {
        sent.increment(frames);
        gaps.increment(gapRecords);
    }

    @Override
    public void onBytes(long more) {
        bytes.increment((double) more);
    }
}
