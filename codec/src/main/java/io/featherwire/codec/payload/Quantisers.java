package io.featherwire.codec.payload;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The quantisers of a bundle.
 *
 * @param u8 for mode u8: symbols 0..255
 * @param symbols for modes packed and entropy; absent where a bundle offers only f32 and u8
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Quantisers(@JsonProperty(required = true) Quantiser u8, @Nullable Quantiser symbols) {

    public Quantisers {
        requireNonNull(u8, "u8");
    }
}
