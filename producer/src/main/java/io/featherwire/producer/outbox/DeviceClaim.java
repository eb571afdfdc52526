package io.featherwire.producer.outbox;

import io.featherwire.schemas.OutboxPosition;

/**
 * The claim of this process and its outbox to be the only sender with the id of a device.
 *
 * @param takeOver whether this outbox replaces another one of the same device
 * @param instance a random number that identifies this process
 * @param claimed whether a position record of this process is known to be stored
 */
record DeviceClaim(String device, boolean takeOver, long instance, boolean claimed) {

    /**
     * Checks the claim against a position record of the device.
     *
     * @throws DuplicateDeviceException if another outbox or process wrote the record, or a later state of this outbox
     * did
     */
    void requireOwner(Outbox outbox, OutboxPosition position) {
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
        if (position.getOutbox() == outbox.id()) {
            requireSameHistory(outbox, position);
            requireSent(position, outbox.lastNumber());
        }
    }

    private void requireSameHistory(Outbox outbox, OutboxPosition position) {
        if (outbox.history().writerOf(position) == ProcessHistory.Writer.OTHER_COPY) {
            throw new DuplicateDeviceException(
                    "another copy of the outbox of device \"" + device + "\" was used, last at "
                            + position.getWrittenAt()
                            + ", so this process stops; its frames stay in its outbox. Use only that copy, or give this device"
                            + " a new directory (--outbox) and --device-takeover");
        }
    }

    /**
     * Checks a position of this outbox.
     *
     * @param highest the highest number of a frame that can have been sent
     * @throws DuplicateDeviceException if a frame with a higher number was sent, which only a copy of this outbox can do
     */
    void requireSent(OutboxPosition position, long highest) {
        if (position.getSequence() > highest) {
            throw new DuplicateDeviceException("the outbox of device \"" + device
                    + "\" is older than the frames sent from it: it is an old copy. Give the device a new "
                    + "directory (--outbox) and --device-takeover");
        }
    }

    DeviceClaim withClaimed() {
        return new DeviceClaim(device, takeOver, instance, true);
    }

    /** The range of frames and gaps that a position covers. */
    static InDoubtTransaction rangeOf(OutboxPosition position) {
        return new InDoubtTransaction(
                position.getSequence(), position.getLiveFrom(), position.getLiveTo(), position.getGap());
    }

    /** Whether a position covers all frames and gaps of a transaction. */
    static boolean covers(OutboxPosition position, InDoubtTransaction doubt) {
        return position.getSequence() >= doubt.sequence()
                && (position.getLiveTo() >= doubt.liveTo() || position.getSequence() >= doubt.liveTo())
                && position.getGap() >= doubt.gap();
    }
}
