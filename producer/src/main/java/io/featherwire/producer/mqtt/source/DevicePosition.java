package io.featherwire.producer.mqtt.source;

import static java.util.Objects.requireNonNull;

import io.featherwire.schemas.OutboxPosition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Compares messages with a device's position: the numbers up to which its frames and gaps are in Kafka. */
final class DevicePosition {

    private DevicePosition() {}

    /**
     * Whether a message is the device's own: it comes from the known outbox or from one that replaces it, or no outbox
     * is known yet.
     */
    static boolean isOwn(@Nullable OutboxPosition known, DeviceMessage message) {
        return known == null
                || known.getOutbox() == message.content().getOutbox()
                || message.content().getTakeOver();
    }

    /** The number up to which the frames of the outbox are in Kafka; 0 for none. */
    static long sequenceOf(@Nullable OutboxPosition known, long outbox) {
        return isOf(known, outbox) ? requireNonNull(known, "known").getSequence() : 0;
    }

    /** The number up to which the gaps of the outbox are in Kafka; 0 for none. */
    static long gapOf(@Nullable OutboxPosition known, long outbox) {
        return isOf(known, outbox) ? requireNonNull(known, "known").getGap() : 0;
    }

    private static boolean isOf(@Nullable OutboxPosition known, long outbox) {
        return known != null && known.getOutbox() == outbox;
    }

    /** The position of the device after a message. */
    static OutboxPosition advance(@Nullable OutboxPosition known, DeviceMessage message, Instant now) {
        var content = message.content();
        return new OutboxPosition(
                content.getOutbox(),
                content.getInstance(),
                Math.max(sequenceOf(known, content.getOutbox()), content.getSequence()),
                0L,
                0L,
                Math.max(gapOf(known, content.getOutbox()), content.getGap()),
                now);
    }
}
