package io.featherwire.lab.chaos;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The counts of a chaos run.
 *
 * @param sent number of frames sent, poison included
 * @param poison number of poison frames sent
 * @param classified number of distinct frames on the topic classifications
 * @param missing number of good frames without a classification
 * @param duplicates number of duplicate classifications
 * @param outOfOrder number of classifications that follow a later frame of their sensor
 * @param deadLetters number of distinct records on the topic dead-letters
 * @param duplicateDeadLetters number of duplicate dead letters
 * @param counted number of frames that the accuracy counts as classified
 * @param matched number of these frames with a label
 * @param disruptions number of kills, stops and rebalances
 * @param stopped number of instances that received SIGTERM
 * @param badExits number of these instances that did not exit with code 0 in time
 * @param seconds duration of the run, in seconds
 */
@RecordBuilder
record ChaosReport(
        ChaosPlan plan,
        int sent,
        int poison,
        int classified,
        int missing,
        int duplicates,
        int outOfOrder,
        int deadLetters,
        int duplicateDeadLetters,
        long counted,
        long matched,
        int disruptions,
        int stopped,
        int badExits,
        double seconds) {

    /** The frames of one batch. A frozen instance may count its last batch although the transaction is aborted. */
    private static final int MISCOUNTED_BY_A_FREEZE = 32;

    /**
     * Whether the run passed: the delivery guarantee held or, in the control, its loss was detected. Under at-least-once, a
     * frozen instance is not fenced: when it resumes, it may overwrite newer state, so that the accuracy may miscount
     * the frames that the instance held. No frame is lost in this case.
     */
    public boolean hasPassed() {
        if (plan.scenario() == ChaosScenario.CONTROL) {
            return missing > 0;
        }
        int good = sent - poison;
        boolean mayMiscount = plan.scenario() == ChaosScenario.FENCED && !plan.exactlyOnce();
        long allowed = mayMiscount ? (long) MISCOUNTED_BY_A_FREEZE * disruptions : 0;
        boolean countedOnce = Math.abs(counted - good) <= allowed && Math.abs(matched - good) <= allowed;
        boolean nothingLost = missing == 0 && deadLetters == poison && countedOnce;
        boolean nothingTwice = duplicates == 0 && outOfOrder == 0 && duplicateDeadLetters == 0;
        return nothingLost && badExits == 0 && (nothingTwice || !plan.exactlyOnce());
    }

    /** Formats the counts, one per line. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        String guarantee = plan.exactlyOnce() ? "exactly_once_v2" : "at_least_once";
        lines.add("%s, %s: %s".formatted(plan.scenario(), guarantee, verdict()));
        lines.add(String.format(Locale.ROOT, "  sent                %,9d   of these poison %,d", sent, poison));
        lines.add(String.format(Locale.ROOT, "  disruptions         %,9d", disruptions));
        lines.add(String.format(
                Locale.ROOT,
                "  classified          %,9d   missing %,d, duplicates %,d, out of order %,d",
                classified,
                missing,
                duplicates,
                outOfOrder));
        lines.add(String.format(
                Locale.ROOT, "  dead letters        %,9d   duplicates %,d", deadLetters, duplicateDeadLetters));
        lines.add(String.format(Locale.ROOT, "  counted in accuracy %,9d   with a label %,d", counted, matched));
        lines.add(String.format(Locale.ROOT, "  stopped by SIGTERM  %,9d   exit code not 0: %,d", stopped, badExits));
        lines.add(String.format(Locale.ROOT, "  seconds             %,9.1f", seconds));
        return lines;
    }

    private String verdict() {
        if (plan.scenario() == ChaosScenario.CONTROL) {
            return hasPassed() ? "loss detected" : "LOSS NOT DETECTED";
        }
        return hasPassed() ? "guarantee held" : "GUARANTEE VIOLATED";
    }
}
