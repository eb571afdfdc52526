package io.featherwire.evaluation.utility;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The utility of one coding.
 *
 * @param family of codings, one curve
 * @param name within the family
 * @param bytes mean of a payload of the test images
 * @param mostBytes 99th percentile of the payload sizes
 * @param encodeMicros of one vector, without the transform
 * @param decodeMicros the same for the way back
 * @param sharedBytes of tables and transforms that both sides need beforehand
 * @param heads trained on all images of the heads' classes
 * @param fewShot by the numbers of images of the class lists
 * @param own prediction kept, null where the network has no head
 * @param symmetric searches with decoded queries
 * @param asymmetric searches with float queries
 * @param loss of the feature
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
        Retrieval symmetric,
        Retrieval asymmetric,
        FeatureLoss loss) {

    public UtilityRow {
        fewShot = List.copyOf(fewShot);
    }

    /** For a console, while the others are still being measured. */
    String line() {
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
