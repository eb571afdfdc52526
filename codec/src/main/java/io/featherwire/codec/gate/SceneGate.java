package io.featherwire.codec.gate;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides which frames of a sensor the network runs on. A frame like the last coded one is a repeat, but some of those are run all
 * the same, and their predictions compared with the repeat's. Where it is 95 % certain that fewer frames keep their prediction than asked
 * for, or hardly any frame is a repeat, the gate closes for a while and all frames are coded. Without state of its own.
 */
public final class SceneGate {

    /** The gate's decision for a frame. */
    public enum Decision {
        /** The network runs; later frames may repeat this one. */
        CODE,
        /** The same, though it could have been a repeat: its prediction is compared with the repeat's. */
        AUDIT,
        /** It is taken for the last coded one. */
        REPEAT,
        /** The gate is closed: the network runs, and no frame repeats this one. */
        PASS
    }

    /** A decision and the counts after it. */
    public record Step(Decision decision, GateCounts counts) {}

    /** Frames for which a gate stays closed whose repeats had other predictions. */
    static final int CLOSED_FOR = 1_000;

    /** The same where hardly any frame was a repeat: nothing was wrong, and the camera may stand still soon. */
    static final int RESTS_FOR = 50;

    /** Of the first repeats, more are audited: a scene where they are wrong shows soon. */
    private static final double EARLY = 4;

    private static final int ENOUGH = 100;
    private static final double HARDLY_ANY = 0.05;

    /** The allowed difference doubles from a margin of 1/SLOPE to one of 2/SLOPE, and so on up to MOST times. */
    private static final double SLOPE = 1.5;

    private static final double MOST = 3;

    private final double levels;
    private final double audit;
    private final double agreement;
    private final int mostRepeats;

    /**
     * @param levels largest difference of two views that are alike, in grey levels, for a prediction of usual margin
     * @param audit share of the repeats that is audited, 0..1
     * @param agreement share of the frames that is to keep its prediction, 0..1
     * @param mostRepeats in a row
     */
    public SceneGate(double levels, double audit, double agreement, int mostRepeats) {
        this.levels = levels;
        this.audit = audit;
        this.agreement = agreement;
        this.mostRepeats = mostRepeats;
    }

    /** Whether the gate can repeat the next frame, so that its view is needed. */
    public boolean isOpen(GateCounts counts) {
        return counts.closed() <= 1;
    }

    /**
     * @param view of the frame, null where it cannot be had or is not needed
     * @param last coded frame, null where there is none
     * @param dice of the frame, 0..1
     */
    public Step decide(@Nullable SceneView view, @Nullable CodedScene last, GateCounts counts, double dice) {
        if (counts.closed() > 1) {
            return new Step(Decision.PASS, counts.passed());
        }
        if (view == null) {
            return new Step(Decision.PASS, counts.coded());
        }
        if (last == null
                || counts.run() >= mostRepeats
                || view.difference(last.view()) > levels * factor(last.margin())) {
            return new Step(Decision.CODE, counts.coded());
        }
        boolean picked = dice < Math.max(audit, EARLY / (EARLY + counts.alike()));
        return picked ? new Step(Decision.AUDIT, counts.picked()) : new Step(Decision.REPEAT, counts.repeated());
    }

    /** A frame may differ more from a coded frame whose prediction is certain, and less if noise may change that prediction. */
    private static double factor(double margin) {
        return Double.isNaN(margin) ? 1 : Math.min(MOST, SLOPE * margin);
    }

    /** The counts with an audit's outcome. */
    public GateCounts audited(GateCounts counts, boolean samePrediction) {
        return counts.audited(samePrediction);
    }

    /** Why it must close, empty where it need not. */
    public Optional<String> reasonToClose(GateCounts counts) {
        if (counts.closed() > 1) {
            return Optional.empty();
        }
        if (counts.agreementAtMost() < agreement) {
            return Optional.of(counts.others() + " of " + counts.audits()
                    + " audited repeats have another prediction, so that the agreement is below " + agreement);
        }
        if (counts.seen() >= ENOUGH && counts.share() < HARDLY_ANY) {
            return Optional.of("of " + counts.seen() + " frames only " + counts.alike() + " were like the one before");
        }
        return Optional.empty();
    }

    /** The counts of a gate that has just been closed. */
    public GateCounts close(GateCounts counts) {
        return counts.closedFor(counts.agreementAtMost() < agreement ? CLOSED_FOR : RESTS_FOR);
    }

    /** A number from 0 to 1 that is always the same for a frame, so that a frame read twice is picked twice. */
    public static double dice(String sensorId, String frameId) {
        int hash = 31 * sensorId.hashCode() + frameId.hashCode();
        hash = (hash ^ hash >>> 16) * 0x85ebca6b;
        hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
        return ((hash ^ hash >>> 16) & 0xFFFFFF) / (double) (1 << 24);
    }
}
