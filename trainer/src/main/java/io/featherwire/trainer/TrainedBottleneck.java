package io.featherwire.trainer;

import io.featherwire.bundler.export.DenseWeights;
import io.featherwire.bundler.export.Layer.Conv;
import io.featherwire.bundler.transform.QuantiserChoice;
import io.featherwire.codec.bundle.RdoqSettings;
import io.featherwire.codec.payload.TensorShape;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An autoencoder with its quantisers and tables, and the head that classifies the decoded features.
 *
 * @param codeShape shape of a code
 * @param encoder layers from feature to code
 * @param decoder layers from code to feature
 * @param head layers from feature to logits; differs from the backbone's head only if the head was tuned
 * @param choice chosen quantisers and tables
 * @param search settings of rate-distortion optimised quantisation, null for none
 * @param uncompressed validation accuracy of {@code head} on the original features, 0..1
 * @param floatAccuracy validation accuracy with unquantised codes, 0..1
 */
@RecordBuilder
record TrainedBottleneck(
        TensorShape codeShape,
        List<Conv> encoder,
        List<Conv> decoder,
        List<DenseWeights> head,
        QuantiserChoice choice,
        @Nullable RdoqSettings search,
        double uncompressed,
        double floatAccuracy) {
    /** The results on the validation images, for a bundle's provenance. */
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

    /** Formats the results on the validation images as a message. */
    String toText() {
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
