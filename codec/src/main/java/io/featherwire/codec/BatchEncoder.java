package io.featherwire.codec;

import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Chooses the symbols of a batch's codes and writes its payloads. Thread-safe; does not own the graph of the answer. */
final class BatchEncoder {

    private final PayloadCodec codec;
    private final @Nullable AnswerDirections answer;
    private final @Nullable PredictionPreservingQuantiser search;

    /**
     * @param answer null where the bundle has no graph of the answer
     * @param search null where symbols are not chosen to preserve the prediction
     */
    BatchEncoder(
            PayloadCodec codec, @Nullable AnswerDirections answer, @Nullable PredictionPreservingQuantiser search) {
        this.codec = codec;
        this.answer = answer;
        this.search = search;
    }

    Optional<PredictionPreservingQuantiser> search() {
        return Optional.ofNullable(search);
    }

    /** Whether {@link #encode} needs the uncompressed path's predictions. */
    boolean needsPredictions(PayloadMode mode) {
        return search != null && hasSymbols(mode);
    }

    /** Whether {@link #encode} needs the features. */
    boolean needsFeatures(PayloadMode mode) {
        return answer != null && answer.needsFeatures() && hasSymbols(mode);
    }

    private static boolean hasSymbols(PayloadMode mode) {
        return mode == PayloadMode.PACKED || mode == PayloadMode.ENTROPY;
    }

    /**
     * Codes to payloads, in order.
     *
     * @param features of the same images, or empty
     * @param predictions of the uncompressed path for the same images, or empty
     */
    List<byte[]> encode(List<float[]> codes, List<float[]> features, List<Prediction> predictions, PayloadMode mode) {
        List<byte[]> payloads = new ArrayList<>(codes.size());
        if (!hasSymbols(mode)) {
            codes.forEach(code -> payloads.add(codec.encode(code, mode)));
            return payloads;
        }
        List<int[]> symbols = quantise(codes, features);
        if (search != null) {
            symbols = search.search(codes, symbols, predictions);
        }
        for (int i = 0; i < codes.size(); i++) {
            payloads.add(codec.encode(codes.get(i), symbols.get(i), mode));
        }
        return payloads;
    }

    private List<int[]> quantise(List<float[]> codes, List<float[]> features) {
        List<int[]> symbols = new ArrayList<>(codes.size());
        if (answer == null || answer.needsFeatures() && features.isEmpty()) {
            codes.forEach(code -> symbols.add(codec.quantise(code)));
            return symbols;
        }
        List<float[]> directions = answer.of(codes, features);
        for (int i = 0; i < codes.size(); i++) {
            symbols.add(codec.quantise(codes.get(i), directions.get(i)));
        }
        return symbols;
    }
}
