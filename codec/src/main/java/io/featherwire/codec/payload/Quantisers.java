package io.featherwire.codec.payload;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The quantisers of a bundle.
 *
 * @param u8 for mode u8: symbols 0..255
 * @param symbols for modes packed and entropy; absent where a bundle offers only f32 and u8
 * @param lambda what a bit may cost in squared error, in squared steps: symbols are then chosen by rate-distortion optimised
 *     quantisation under the bundle's entropy tables; absent where each value is rounded
 * @param fisher how the choice of symbols respects the network's own prediction, absent where it does not
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

    /** Quantisers that know nothing of the network's prediction. */
    public Quantisers(Quantiser u8, @Nullable Quantiser symbols, @Nullable Double lambda) {
        this(u8, symbols, lambda, null);
    }

    /** Quantisers that round. */
    public Quantisers(Quantiser u8, @Nullable Quantiser symbols) {
        this(u8, symbols, null);
    }

    /** The same with symbols that respect the network's own prediction. */
    public Quantisers withFisher(FisherWeight other) {
        return new Quantisers(u8, symbols, lambda, other);
    }

    /** Whether values are rounded to symbols, and symbols stand for whole steps. */
    @JsonIgnore
    public boolean uniform() {
        return lambda == null && u8.shrink() == null && (symbols == null || symbols.shrink() == null);
    }
}
