package io.featherwire.codec.bundle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The file names of the three graphs. A variant may leave out a graph that it shares with the base graphs.
 *
 * @param compressor the graph from {@code image} [N, 3, S, S] to {@code code} [N, C, h, w] and {@code feature} [N, F,
 *      H, W]
 * @param decoder the graph from {@code code} to {@code feature}
 * @param head the graph from {@code feature} to {@code logits} [N, classes]
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GraphFileNames(
        @JsonProperty @Nullable String compressor,
        @JsonProperty @Nullable String decoder,
        @JsonProperty @Nullable String head) {

    /** The usual file names. */
    public static final GraphFileNames DEFAULT = new GraphFileNames("compressor.onnx", "decoder.onnx", "head.onnx");

    /** Returns the file names that are not null, in the order compressor, decoder, head. */
    public List<String> names() {
        return Stream.of(compressor, decoder, head).filter(Objects::nonNull).toList();
    }

    boolean complete() {
        return names().size() == 3;
    }
}
