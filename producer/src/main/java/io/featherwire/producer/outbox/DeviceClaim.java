package io.featherwire.producer.outbox;

import io.featherwire.schemas.OutboxPosition;

/**
 * Who sends as a device: this outbox and process, and no other.
 *
 * @param takeOver whether this outbox replaces another one of the same device
 * @param instance random number of this process
 * @param claimed whether this process is known to have sent as this device
 */
record DeviceClaim(String device, boolean takeOver, long instance, boolean claimed) {

    /** @throws DuplicateDeviceException if this position is that of another outbox or process, or of a later state of this outbox */
    void require(Outbox outbox, OutboxPosition position) {
        if (claimed && position.getInstance() != instance) {
            throw new DuplicateDeviceException("another process sends as device \"" + device + "\" since "
                    + position.getWrittenAt()
                    + ", so this process stops; its frames stay in its outbox. Give each device a unique id "
                    + "(--device-id)");
        }
        if (position.getOutbox() != outbox.id() && !takeOver) {
            throw new DuplicateDeviceException("device \"" + device + "\" sends from another outbox, last at "
                    + position.getWrittenAt()
                    + ", so this process stops; its frames stay in its outbox. Give this device a unique id "
                    + "(--device-id), or --device-takeover if it replaces the other one");
        }
        if (position.getOutbox() == outbox.id() && position.getSequence() > outbox.lastNumber()) {
            throw new DuplicateDeviceException("the outbox of device \"" + device
                    + "\" is older than the frames sent from it: it is an old copy. Give the device a new "
                    + "directory (--outbox) and --device-takeover");
        }
    }

    DeviceClaim asClaimed() {
        return new DeviceClaim(device, takeOver, instance, true);
    }

    /** Whether a position says that all of a transaction has come. */
    static boolean holds(OutboxPosition position, InDoubtTransaction doubt) {
        return position.getSequence() >= doubt.sequence()
                && (position.getLiveTo() >= doubt.liveTo() || position.getSequence() >= doubt.liveTo())
                && position.getGap() >= doubt.gap();
    }
}
