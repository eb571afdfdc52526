package io.featherwire.codec.payload;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The quantisers of a bundle.
 *
 * @param u8 the quantiser of mode u8, with symbols 0..255
 * @param symbols the quantiser of modes packed and entropy; null if a bundle offers only f32 and u8
 * @param lambda the squared error, in squared steps, that counts as much as one bit in rate-distortion optimised
 *      quantisation under the bundle's entropy tables; null if each value is rounded
 * @param fisher the weight of a change of the network's own prediction, null if it is not considered
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Quantisers(
        @JsonProperty(required = true) Quantiser u8,
        @Nullable Quantiser symbols,
        @Nullable Double lambda,
        @JsonProperty("answer") @Nullable FisherWeight fisher) {

    private static final double MAX_LAMBDA = 10;

    public Quantisers {
        requireNonNull(u8, "u8");
        if (lambda != null && !(lambda > 0 && lambda <= MAX_LAMBDA)) {
            throw new IllegalArgumentException("lambda is " + lambda + ", must be above 0 and at most " + MAX_LAMBDA);
        }
        if (lambda != null && symbols == null) {
            throw new IllegalArgumentException("lambda needs a quantiser 'symbols'");
        }
        if (fisher != null && lambda == null) {
            throw new IllegalArgumentException("quantisers with 'answer' need a lambda");
        }
    }

    /** Makes quantisers that do not consider the network's prediction. */
    public Quantisers(Quantiser u8, @Nullable Quantiser symbols, @Nullable Double lambda) {
        this(u8, symbols, lambda, null);
    }

    /** Makes quantisers that round each value. */
    public Quantisers(Quantiser u8, @Nullable Quantiser symbols) {
        this(u8, symbols, null);
    }

    /** Returns a copy that considers changes of the network's own prediction. */
    public Quantisers withFisher(FisherWeight other) {
        return new Quantisers(u8, symbols, lambda, other);
    }

    /** Returns whether values are rounded to symbols, and symbols are reconstructed at whole steps. */
    @JsonIgnore
    public boolean uniform() {
        return lambda == null && u8.shrink() == null && (symbols == null || symbols.shrink() == null);
    }
}
