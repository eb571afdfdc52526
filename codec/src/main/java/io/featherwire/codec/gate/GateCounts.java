package io.featherwire.codec.gate;

import java.nio.ByteBuffer;

/**
 * Counts of one sensor's frames since its gate last opened.
 *
 * @param frames the number of frames
 * @param similarFrames the number of frames like the last coded frame, repeated or audited
 * @param audits the number of these frames that ran through the network
 * @param changedPredictions the number of audits in which the network's prediction was not the repeated one
 * @param successiveRepeats the number of repeats since the last coded frame
 * @param closedFrames the number of frames for which the gate stays closed; 0 while it is open
 */
public record GateCounts(
        int frames, int similarFrames, int audits, int changedPredictions, int successiveRepeats, int closedFrames) {

    public static final GateCounts NONE = new GateCounts(0, 0, 0, 0, 0, 0);

    private static final int BYTES = 6 * Integer.BYTES;
    /** Number of frames at which all counts are halved, so that old frames weigh less. */
    private static final int MOST = 1 << 13;

    /** Counts a frame that is coded because it is unlike the last coded frame or may not be repeated. */
    GateCounts coded() {
        return new GateCounts(frames + 1, similarFrames, audits, changedPredictions, 0, 0).halved();
    }

    /** Counts a frame that is repeated. */
    GateCounts repeated() {
        return new GateCounts(frames + 1, similarFrames + 1, audits, changedPredictions, successiveRepeats + 1, 0)
                .halved();
    }

    /** Counts a frame that could be repeated and is chosen for an audit, before the network has run. */
    GateCounts pickedForAudit() {
        return new GateCounts(frames + 1, similarFrames + 1, audits, changedPredictions, 0, 0).halved();
    }

    /** Counts the result of an audit. */
    GateCounts audited(boolean samePrediction) {
        return new GateCounts(
                frames,
                similarFrames,
                audits + 1,
                changedPredictions + (samePrediction ? 0 : 1),
                successiveRepeats,
                closedFrames);
    }

    /** Closes the gate for a number of frames and resets all counts. */
    GateCounts closedFor(int frameCount) {
        return new GateCounts(0, 0, 0, 0, 0, frameCount);
    }

    /** Counts a frame that passes while the gate is closed. */
    GateCounts passed() {
        return new GateCounts(0, 0, 0, 0, 0, closedFrames - 1);
    }

    private GateCounts halved() {
        return frames < MOST
                ? this
                : new GateCounts(
                        frames / 2,
                        similarFrames / 2,
                        audits / 2,
                        changedPredictions / 2,
                        successiveRepeats,
                        closedFrames);
    }

    /** Returns the share of the frames that are like the last coded frame, 0..1. */
    double share() {
        return frames == 0 ? 0 : (double) similarFrames / frames;
    }

    /**
     * Returns an estimate of the share of all frames whose recorded prediction is the network's own, from the audits; 1
     * before the first audit.
     */
    public double agreement() {
        return audits == 0 ? 1 : 1 - share() * changedPredictions / audits;
    }

    /** Returns the one-sided upper 95 % confidence bound of the agreement. */
    public double agreementUpperBound() {
        return 1 - share() * BinomialBounds.lowerBound(changedPredictions, audits);
    }

    /** Returns the six counts as big-endian 32-bit integers. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .putInt(frames)
                .putInt(similarFrames)
                .putInt(audits)
                .putInt(changedPredictions)
                .putInt(successiveRepeats)
                .putInt(closedFrames)
                .array();
    }

    /** Reads the bytes of {@link #toBytes}. */
    public static GateCounts of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new GateCounts(in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt());
    }
}
