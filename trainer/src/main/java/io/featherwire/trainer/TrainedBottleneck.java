package io.featherwire.trainer;

import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.bottleneck.QuantiserChoice;
import io.featherwire.trainer.export.Layer.Conv;
import java.util.List;

/**
 * An autoencoder with its quantisers and tables.
 *
 * @param codeShape of a code
 * @param encoder feature to code
 * @param decoder code to feature
 * @param choice of quantisers and tables
 * @param floatAccuracy validation accuracy with codes that are not quantised
 */
record TrainedBottleneck(
        TensorShape codeShape, List<Conv> encoder, List<Conv> decoder, QuantiserChoice choice, double floatAccuracy) {}
