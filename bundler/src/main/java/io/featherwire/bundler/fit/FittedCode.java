package io.featherwire.bundler.fit;

import io.featherwire.bundler.assembly.LinearCode;
import io.featherwire.bundler.assembly.LinearLogits;
import io.featherwire.codec.payload.CodeFormat;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.Quantisers;
import io.featherwire.codec.payload.TensorShape;
import org.jspecify.annotations.Nullable;

/**
 * A fitted codec: the transform for the graphs, and the quantisers and tables for payloads.
 *
 * @param transform the transform from feature to code and back
 * @param shape the shape of a code
 * @param quantisers the quantisers of codes
 * @param tables the tables of the entropy coder, null if the mode needs none
 * @param mode the mode of the payloads
 * @param linearLogits the approximation of the network's logits, null if the choice of symbols does not consider the
 *      prediction
 */
public record FittedCode(
        LinearCode transform,
        TensorShape shape,
        Quantisers quantisers,
        @Nullable EntropyTables tables,
        PayloadMode mode,
        @Nullable LinearLogits linearLogits) {

    /** Returns the format in which codes become payloads. */
    public CodeFormat format() {
        return new CodeFormat(shape, quantisers, tables);
    }

    /** Returns the codec of payloads. */
    public PayloadCodec payloads() {
        return PayloadCodec.of(format());
    }
}
