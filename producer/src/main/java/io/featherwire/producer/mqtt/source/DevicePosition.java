package io.featherwire.producer.mqtt.source;

import static java.util.Objects.requireNonNull;

import io.featherwire.schemas.OutboxPosition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How far a device's outbox has come to Kafka, and what that makes of a message. */
final class DevicePosition {

    private DevicePosition() {}

    /** Whether a message may be that of the device: of the outbox that is known, of one that replaces it, or of the first. */
    static boolean isOwn(@Nullable OutboxPosition known, DeviceMessage message) {
        return known == null
                || known.getOutbox() == message.content().getOutbox()
                || message.content().getTakeOver();
    }

    /** Frames of the outbox up to this number have come; 0 for none. */
    static long sequence(@Nullable OutboxPosition known, long outbox) {
        return isOf(known, outbox) ? requireNonNull(known, "known").getSequence() : 0;
    }

    /** The same of gaps. */
    static long gap(@Nullable OutboxPosition known, long outbox) {
        return isOf(known, outbox) ? requireNonNull(known, "known").getGap() : 0;
    }

    private static boolean isOf(@Nullable OutboxPosition known, long outbox) {
        return known != null && known.getOutbox() == outbox;
    }

    /** After a message. */
    static OutboxPosition after(@Nullable OutboxPosition known, DeviceMessage message, Instant now) {
        var content = message.content();
        return new OutboxPosition(
                content.getOutbox(),
                content.getInstance(),
                Math.max(sequence(known, content.getOutbox()), content.getSequence()),
                0L,
                0L,
                Math.max(gap(known, content.getOutbox()), content.getGap()),
                now);
    }
}
