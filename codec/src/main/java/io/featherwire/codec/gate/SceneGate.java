package io.featherwire.codec.gate;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides for each frame of a sensor whether the network runs on it. A frame like the last coded frame is a repeat: it
 * gets that frame's prediction. Some repeats are audited: the network runs on them, too, and its prediction is compared
 * with the repeated one. The gate closes for a while, and all frames are coded, if the share of frames that keep their
 * prediction is below the wanted agreement with 95 % confidence, or if hardly any frame is a repeat. Stateless.
 */
public final class SceneGate {

    /** The gate's decision for a frame. */
    public enum Decision {
        /** The network runs on the frame; later frames may repeat it. */
        CODE,
        /**
         * The network runs on a frame that could have been a repeat, and its prediction is compared with the repeated
         * one; later frames may repeat the frame.
         */
        AUDIT,
        /** The frame repeats the last coded frame. */
        REPEAT,
        /**
         * The gate is closed, or the frame has no view: the network runs on the frame, and no later frame repeats it.
         */
        PASS
    }

    /** A decision, and the counts after it. */
    public record Step(Decision decision, GateCounts counts) {}

    /** The number of frames for which the gate closes if repeats had other predictions. */
    static final int CLOSED_FOR = 1_000;

    /**
     * The number of frames for which the gate closes if hardly any frame was a repeat. It is small, because no repeated
     * prediction was wrong, and the camera may stand still soon.
     */
    static final int RESTS_FOR = 50;

    /** More of the first repeats are audited, so that a scene with wrong repeats is noticed soon. */
    private static final double EARLY = 4;

    private static final int ENOUGH = 100;
    private static final double HARDLY_ANY = 0.05;

    /**
     * The allowed difference is {@code levels} times SLOPE times the margin in nats, up to MOST times {@code levels}.
     */
    private static final double SLOPE = 1.5;

    private static final double MOST = 3;

    private final double levels;
    private final double audit;
    private final double agreement;
    private final int mostRepeats;

    /**
     * @param levels the largest difference of two views that count as alike, in grey levels, if the margin of the
     *      prediction is not known
     * @param audit the share of the repeats that is audited, 0..1
     * @param agreement the share of the frames that is to keep its prediction, 0..1
     * @param maxRepeats the maximum number of repeats in a row
     */
    public SceneGate(double levels, double audit, double agreement, int maxRepeats) {
        this.levels = levels;
        this.audit = audit;
        this.agreement = agreement;
        this.mostRepeats = maxRepeats;
    }

    /** Returns whether the gate can repeat the next frame, so that it needs the frame's view. */
    public boolean isOpen(GateCounts counts) {
        return counts.closedFrames() <= 1;
    }

    /**
     * Decides on a frame.
     *
     * @param view the view of the frame, null if there is none or it is not needed
     * @param last the last coded frame, null if there is none
     * @param draw the frame's random number from {@link #uniformHash}, 0..1
     */
    public Step decide(@Nullable GreyThumbnail view, @Nullable LastCodedFrame last, GateCounts counts, double draw) {
        if (counts.closedFrames() > 1) {
            return new Step(Decision.PASS, counts.passed());
        }
        if (view == null) {
            return new Step(Decision.PASS, counts.coded());
        }
        if (last == null
                || counts.successiveRepeats() >= mostRepeats
                || view.difference(last.view()) > levels * factor(last.margin())) {
            return new Step(Decision.CODE, counts.coded());
        }
        boolean picked = draw < Math.max(audit, EARLY / (EARLY + counts.similarFrames()));
        return picked
                ? new Step(Decision.AUDIT, counts.pickedForAudit())
                : new Step(Decision.REPEAT, counts.repeated());
    }

    /**
     * Returns the factor of the allowed difference: larger for a certain prediction, smaller for a prediction that
     * noise may change.
     */
    private static double factor(double margin) {
        return Double.isNaN(margin) ? 1 : Math.min(MOST, SLOPE * margin);
    }

    /** Returns the counts after the result of an audit. */
    public GateCounts audited(GateCounts counts, boolean samePrediction) {
        return counts.audited(samePrediction);
    }

    /** Returns why the gate must close, or empty if it may stay open. */
    public Optional<String> reasonToClose(GateCounts counts) {
        if (counts.closedFrames() > 1) {
            return Optional.empty();
        }
        if (counts.agreementUpperBound() < agreement) {
            return Optional.of("for " + counts.changedPredictions() + " of " + counts.audits()
                    + " audited repeats the network predicts another class, so that the agreement is below "
                    + agreement);
        }
        if (counts.frames() >= ENOUGH && counts.share() < HARDLY_ANY) {
            return Optional.of("only " + counts.similarFrames() + " of " + counts.frames()
                    + " frames were like the last coded frame");
        }
        return Optional.empty();
    }

    /** Returns the counts of a gate that has just been closed. */
    public GateCounts close(GateCounts counts) {
        return counts.closedFor(counts.agreementUpperBound() < agreement ? CLOSED_FOR : RESTS_FOR);
    }

    /**
     * Returns a pseudo-random number from 0 to 1 that depends on the ids only, so that a frame that is read twice gets
     * the same decision.
     */
    public static double uniformHash(String sensorId, String frameId) {
        int hash = 31 * sensorId.hashCode() + frameId.hashCode();
        hash = (hash ^ hash >>> 16) * 0x85ebca6b;
        hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
        return ((hash ^ hash >>> 16) & 0xFFFFFF) / (double) (1 << 24);
    }
}
