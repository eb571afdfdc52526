package io.featherwire.codec;

import io.featherwire.codec.payload.CodeFormat;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadLimits;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.SymbolCodec;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses the symbols for a batch of codes and writes the payloads. Thread-safe; does not close the Fisher graph. */
final class BatchEncoder {

    private final CodeFormat format;
    private final Set<PayloadMode> modes;
    private final boolean writesSymbols;
    private final PayloadCodec codes;
    private final SymbolCodec symbols;
    private final @Nullable FisherDirections fisher;
    private final @Nullable PredictionPreservingQuantiser search;

    /**
     * @param modes the payload modes to write; the format offers each of them
     * @param fisher the Fisher graph, or null if the bundle has none
     * @param search the quantiser that preserves predictions, or null if RDOQ is off
     */
    BatchEncoder(
            CodeFormat format,
            Set<PayloadMode> modes,
            @Nullable FisherDirections fisher,
            @Nullable PredictionPreservingQuantiser search) {
        this.format = format;
        this.modes = Set.copyOf(modes);
        this.writesSymbols = modes.stream().anyMatch(BatchEncoder::hasSymbols);
        this.codes = PayloadCodec.of(format);
        this.symbols = SymbolCodec.of(format);
        this.fisher = fisher;
        this.search = search;
    }

    /** Whether {@link #encode} needs the uncompressed path's predictions. */
    boolean needsPredictions() {
        return search != null && writesSymbols;
    }

    /** Whether {@link #encode} needs the features. */
    boolean needsFeatures() {
        return fisher != null && fisher.needsFeatures() && writesSymbols;
    }

    private static boolean hasSymbols(PayloadMode mode) {
        return mode == PayloadMode.PACKED || mode == PayloadMode.ENTROPY;
    }

    /**
     * Encodes codes. Returns for each mode one payload per code, in the order of the codes.
     *
     * @param features the features of the same images, or an empty list if {@link #needsFeatures} is false
     * @param predictions the uncompressed path's predictions for the same images, or an empty list if {@link
     *      #needsPredictions} is false
     * @param targetBytes the target sizes of the payloads, in bytes; 0 for none
     */
    Map<PayloadMode, List<byte[]>> encode(
            List<float[]> exact, List<float[]> features, List<Prediction> predictions, List<Integer> targetBytes) {
        List<int[]> chosen = writesSymbols ? quantise(exact, features, predictions, targetBytes) : List.of();
        Map<PayloadMode, List<byte[]>> payloads = new EnumMap<>(PayloadMode.class);
        for (PayloadMode mode : modes) {
            List<byte[]> own = new ArrayList<>(exact.size());
            for (int i = 0; i < exact.size(); i++) {
                own.add(
                        hasSymbols(mode)
                                ? symbols.encode(exact.get(i), chosen.get(i), mode)
                                : codes.encode(exact.get(i), mode));
            }
            payloads.put(mode, own);
        }
        return payloads;
    }

    private List<int[]> quantise(
            List<float[]> exact, List<float[]> features, List<Prediction> predictions, List<Integer> targetBytes) {
        List<float[]> directions = fisher == null ? List.of() : fisher.compute(exact, features);
        List<int[]> chosen = new ArrayList<>(exact.size());
        for (int i = 0; i < exact.size(); i++) {
            var quantiser = CodeQuantiser.of(format, PayloadLimits.DEFAULT.withTarget(targetBytes.get(i)));
            float[] code = exact.get(i);
            chosen.add(fisher == null ? quantiser.quantise(code) : quantiser.quantise(code, directions.get(i)));
        }
        return search == null ? chosen : search.search(exact, chosen, predictions);
    }
}
