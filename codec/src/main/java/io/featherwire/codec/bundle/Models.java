package io.featherwire.codec.bundle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * File names of the three graphs; a variant may leave out those that it shares with the base.
 *
 * @param compressor {@code image} [N, 3, S, S] to {@code code} [N, C, h, w] and {@code feature} [N, F, H, W]
 * @param decoder {@code code} to {@code feature}
 * @param head {@code feature} to {@code logits} [N, classes]
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Models(
        @JsonProperty @Nullable String compressor,
        @JsonProperty @Nullable String decoder,
        @JsonProperty @Nullable String head) {

    /** The names that a bundle has by custom. */
    public static final Models DEFAULT = new Models("compressor.onnx", "decoder.onnx", "head.onnx");

    /** The names given, in order. */
    public List<String> names() {
        return Stream.of(compressor, decoder, head).filter(Objects::nonNull).toList();
    }

    boolean complete() {
        return names().size() == 3;
    }
}
