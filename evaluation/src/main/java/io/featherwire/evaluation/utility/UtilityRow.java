package io.featherwire.evaluation.utility;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The utility of one coding.
 *
 * @param family family of codings, which are the points of one curve
 * @param name coding's name within the family
 * @param bytes mean payload size of the test images
 * @param mostBytes 99th percentile of the payload sizes, in bytes
 * @param encodeMicros mean encoding time of one vector, in microseconds, without the transform
 * @param decodeMicros mean decoding time of one vector, in microseconds, without the transform
 * @param sharedBytes size of tables and transforms that both sides hold, in bytes
 * @param heads scores of heads that were trained on all images
 * @param fewShot scores of few-shot heads, in the order of the class lists' numbers of images
 * @param own agreement with the network's own prediction; null if the network has no head
 * @param symmetric results of searches with decoded queries
 * @param asymmetric results of searches with float queries
 * @param loss errors of the decoded features
 */
@RecordBuilder
public record UtilityRow(
        String family,
        String name,
        double bytes,
        int mostBytes,
        double encodeMicros,
        double decodeMicros,
        long sharedBytes,
        HeadScore heads,
        List<HeadScore> fewShot,
        @Nullable PredictionAgreement own,
        RetrievalScores symmetric,
        RetrievalScores asymmetric,
        FeatureLoss loss) {

    public UtilityRow {
        fewShot = List.copyOf(fewShot);
    }

    /** A line for the console, printed when the coding has been measured. */
    String consoleLine() {
        return String.format(
                Locale.ROOT,
                "%-30s %-28s %7.1f B  heads %5.1f %%  overlap %.3f  own %s",
                family,
                name,
                bytes,
                100 * heads.accuracy(),
                symmetric.overlap(),
                own == null ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * own.agreement()));
    }
}
