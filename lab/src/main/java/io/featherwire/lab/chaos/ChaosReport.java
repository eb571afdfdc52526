package io.featherwire.lab.chaos;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The counts of a chaos run.
 *
 * @param sent frames sent, poison among them
 * @param poison number of poison frames among them
 * @param classified distinct frames on the topic classifications
 * @param missing good frames without a classification
 * @param repeated classifications of a frame already classified
 * @param outOfOrder classifications that came after a later one of their sensor
 * @param deadLetters different records on the topic dead-letters
 * @param deadLettersRepeated dead letters of a record that has one already
 * @param counted frames that the accuracy counts as classified
 * @param matched of those, frames it has a label of
 * @param disruptions kills, stops and moves
 * @param stopped instances that were asked to stop
 * @param badExits of those, how many did not exit with 0 in time
 * @param seconds how long it took
 */
@RecordBuilder
record ChaosReport(
        ChaosPlan plan,
        int sent,
        int poison,
        int classified,
        int missing,
        int repeated,
        int outOfOrder,
        int deadLetters,
        int deadLettersRepeated,
        long counted,
        long matched,
        int disruptions,
        int stopped,
        int badExits,
        double seconds) {

    /** Frames that a frozen instance may hold: a batch. */
    private static final int MISCOUNTED_BY_A_FREEZE = 32;

    /**
     * Whether everything held that the guarantee promises; of the control, whether its loss was seen. At-least-once cannot
     * fence an instance that was frozen: what it writes when it thaws may lie over newer state, so that the accuracy may be
     * off by as many frames as it had in hand. Nothing is lost for all that.
     */
    public boolean held() {
        if (plan.scenario() == ChaosScenario.CONTROL) {
            return missing > 0;
        }
        int good = sent - poison;
        boolean mayMiscount = plan.scenario() == ChaosScenario.FENCED && !plan.exactlyOnce();
        long allowed = mayMiscount ? (long) MISCOUNTED_BY_A_FREEZE * disruptions : 0;
        boolean countedOnce = Math.abs(counted - good) <= allowed && Math.abs(matched - good) <= allowed;
        boolean nothingLost = missing == 0 && deadLetters == poison && countedOnce;
        boolean nothingTwice = repeated == 0 && outOfOrder == 0 && deadLettersRepeated == 0;
        return nothingLost && badExits == 0 && (nothingTwice || !plan.exactlyOnce());
    }

    /** The counts, one per line. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        String guarantee = plan.exactlyOnce() ? "exactly_once_v2" : "at_least_once";
        lines.add("%s, %s: %s".formatted(plan.scenario(), guarantee, verdict()));
        lines.add(String.format(Locale.ROOT, "  sent                %,9d   of which poison %,d", sent, poison));
        lines.add(String.format(Locale.ROOT, "  disruptions         %,9d", disruptions));
        lines.add(String.format(
                Locale.ROOT,
                "  classified          %,9d   missing %,d, repeated %,d, out of order %,d",
                classified,
                missing,
                repeated,
                outOfOrder));
        lines.add(String.format(
                Locale.ROOT, "  dead letters        %,9d   repeated %,d", deadLetters, deadLettersRepeated));
        lines.add(String.format(Locale.ROOT, "  counted in accuracy %,9d   with a label %,d", counted, matched));
        lines.add(String.format(
                Locale.ROOT, "  asked to stop       %,9d   not with exit code 0: %,d", stopped, badExits));
        lines.add(String.format(Locale.ROOT, "  seconds             %,9.1f", seconds));
        return lines;
    }

    private String verdict() {
        if (plan.scenario() == ChaosScenario.CONTROL) {
            return held() ? "loss is seen" : "LOSS IS NOT SEEN";
        }
        return held() ? "held" : "BROKEN";
    }
}
