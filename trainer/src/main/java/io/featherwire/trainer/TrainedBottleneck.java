package io.featherwire.trainer;

import io.featherwire.bundler.export.DenseWeights;
import io.featherwire.bundler.export.Layer.Conv;
import io.featherwire.bundler.transform.QuantiserChoice;
import io.featherwire.codec.bundle.SearchSpec;
import io.featherwire.codec.payload.TensorShape;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An autoencoder with its quantisers and tables, and the head that reads what it decodes.
 *
 * @param codeShape of a code
 * @param encoder feature to code
 * @param decoder code to feature
 * @param head feature to logits; another than before only where it was tuned
 * @param choice of quantisers and tables
 * @param search settings of rate-distortion optimised quantisation, null for none
 * @param uncompressed validation accuracy of that head on the original features
 * @param floatAccuracy validation accuracy with codes that are not quantised
 */
@RecordBuilder
record TrainedBottleneck(
        TensorShape codeShape,
        List<Conv> encoder,
        List<Conv> decoder,
        List<DenseWeights> head,
        QuantiserChoice choice,
        @Nullable SearchSpec search,
        double uncompressed,
        double floatAccuracy) {
    /** What it reaches on the validation images, for a bundle's provenance. */
    Map<String, Object> validation() {
        Map<String, Object> validation = new LinkedHashMap<>();
        validation.put("accuracyUncompressed", uncompressed);
        validation.put("accuracyFloatCode", floatAccuracy);
        validation.put("accuracyAsSent", choice.accuracy());
        validation.put("agreement", choice.agreement());
        validation.put("bytesAsSent", choice.bytes());
        validation.put("bytesAsSentDeviation", choice.bytesDeviation());
        return validation;
    }

    /** The same for a reader. */
    String text() {
        return String.format(
                Locale.ROOT,
                "validation accuracy with the autoencoder: float code %.2f %%, as sent %.2f %% at %.1f bytes,"
                        + " agreement %.1f %%; uncompressed %.2f %%",
                100 * floatAccuracy,
                100 * choice.accuracy(),
                choice.bytes(),
                100 * choice.agreement(),
                100 * uncompressed);
    }
}
