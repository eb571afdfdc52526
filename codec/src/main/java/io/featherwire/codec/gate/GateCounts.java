package io.featherwire.codec.gate;

import java.nio.ByteBuffer;

/**
 * Counts of one sensor's frames since its gate last opened.
 *
 * @param seen the number of frames
 * @param alike the number of frames like the last coded frame, repeated or audited
 * @param audits the number of these frames that ran through the network
 * @param others the number of audits in which the network's prediction was not the repeated one
 * @param run the number of repeats since the last coded frame
 * @param closed the number of frames for which the gate stays closed; 0 while it is open
 */
public record GateCounts(int seen, int alike, int audits, int others, int run, int closed) {

    public static final GateCounts NONE = new GateCounts(0, 0, 0, 0, 0, 0);

    private static final int BYTES = 6 * Integer.BYTES;
    /** Number of frames at which all counts are halved, so that old frames weigh less. */
    private static final int MOST = 1 << 13;

    /** Counts a frame that is coded because it is unlike the last coded frame or may not be repeated. */
    GateCounts coded() {
        return new GateCounts(seen + 1, alike, audits, others, 0, 0).halved();
    }

    /** Counts a frame that is repeated. */
    GateCounts repeated() {
        return new GateCounts(seen + 1, alike + 1, audits, others, run + 1, 0).halved();
    }

    /** Counts a frame that could be repeated and is chosen for an audit, before the network has run. */
    GateCounts pickedForAudit() {
        return new GateCounts(seen + 1, alike + 1, audits, others, 0, 0).halved();
    }

    /** Counts the result of an audit. */
    GateCounts audited(boolean samePrediction) {
        return new GateCounts(seen, alike, audits + 1, others + (samePrediction ? 0 : 1), run, closed);
    }

    /** Closes the gate for a number of frames and resets all counts. */
    GateCounts closedFor(int frames) {
        return new GateCounts(0, 0, 0, 0, 0, frames);
    }

    /** Counts a frame that passes while the gate is closed. */
    GateCounts passed() {
        return new GateCounts(0, 0, 0, 0, 0, closed - 1);
    }

    private GateCounts halved() {
        return seen < MOST ? this : new GateCounts(seen / 2, alike / 2, audits / 2, others / 2, run, closed);
    }

    /** Returns the share of the frames that are like the last coded frame, 0..1. */
    double share() {
        return seen == 0 ? 0 : (double) alike / seen;
    }

    /**
     * Returns an estimate of the share of all frames whose recorded prediction is the network's own, from the audits; 1
     * before the first audit.
     */
    public double agreement() {
        return audits == 0 ? 1 : 1 - share() * others / audits;
    }

    /** Returns the one-sided upper 95 % confidence bound of the agreement. */
    public double agreementUpperBound() {
        return 1 - share() * BinomialBounds.lowerBound(others, audits);
    }

    /** Returns the six counts as big-endian 32-bit integers. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .putInt(seen)
                .putInt(alike)
                .putInt(audits)
                .putInt(others)
                .putInt(run)
                .putInt(closed)
                .array();
    }

    /** Reads the bytes of {@link #toBytes}. */
    public static GateCounts of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new GateCounts(in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt());
    }
}
