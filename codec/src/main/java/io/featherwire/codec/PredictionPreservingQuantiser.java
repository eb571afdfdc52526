package io.featherwire.codec;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.bundle.RdoqSettings;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.Quantiser;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Prediction-preserving rate-distortion optimised quantisation (RDOQ): the encoder side chooses symbols for which the
 * decoder side predicts the same class as the uncompressed path.
 *
 * <p>Each code is rounded, decoded and classified as the decoder side will do it. If the predicted class has changed,
 * single symbols are moved by one. Of the codes that restore the class, the quantiser takes the code with the smallest
 * bits + bitsPerNat · KL(uncompressed ‖ decoded). RDOQ comes from video coding (Karczewicz, Ye and Chong, ITU-T
 * VCEG-AH21, 2008); here the divergence of the predictions is the distortion. The payload format and the decoder do not
 * change.
 */
public final class PredictionPreservingQuantiser {
    private static final int MAX_ROUNDS = 3;

    /**
     * The maximum number of candidates in a round: of long codes, only the symbols nearest to another integer are
     * moved.
     */
    private static final int MAX_CANDIDATES = 64;

    /** Minimum log-probability margin, in nats, so that a prediction does not depend on another machine's rounding of floats. */
    private static final double MIN_MARGIN = 0.01;

    private static final double MIN_PROBABILITY = 1e-9;

    private final CodeQuantiser quantiser;
    private final Function<List<float[]>, List<Prediction>> decoderSide;
    private final RdoqSettings spec;
    private final LongAdder restored = new LongAdder();
    private final LongAdder unrestored = new LongAdder();

    /** @param decoderSide decoder and head: codes [C, h, w] to predictions, in order */
    public PredictionPreservingQuantiser(
            CodeQuantiser quantiser, Function<List<float[]>, List<Prediction>> decoderSide, RdoqSettings spec) {
        this.quantiser = requireNonNull(quantiser, "quantiser");
        this.decoderSide = requireNonNull(decoderSide, "decoderSide");
        this.spec = requireNonNull(spec, "spec");
    }

    /**
     * Chooses the symbols to send for each code, in order; these are the rounded symbols if no others restore the
     * prediction.
     *
     * @param wanted the uncompressed path's predictions
     */
    public List<int[]> search(List<float[]> codes, List<Prediction> wanted) {
        List<int[]> symbols = new ArrayList<>(codes.size());
        for (float[] code : codes) {
            symbols.add(quantiser.quantise(code));
        }
        return search(codes, symbols, wanted);
    }

    /**
     * Chooses the symbols to send for each code, in order, starting from symbols that were chosen before; these stay if
     * no others restore the prediction.
     *
     * @param chosen the symbols to start from, one array per code, in order
     */
    public List<int[]> search(List<float[]> codes, List<int[]> chosen, List<Prediction> wanted) {
        List<int[]> symbols = new ArrayList<>(chosen);
        List<Prediction> predictions = predict(symbols);
        for (int i = 0; i < codes.size(); i++) {
            if (predictions.get(i).classIndex() != wanted.get(i).classIndex()) {
                symbols.set(i, restore(codes.get(i), symbols.get(i), wanted.get(i)));
            }
        }
        return symbols;
    }

    /** Returns the number of codes for which rounding changed the predicted class and RDOQ restored it. */
    public long restoredPredictions() {
        return restored.sum();
    }

    /** Returns the number of codes for which rounding changed the predicted class and RDOQ did not restore it. */
    public long lostPredictions() {
        return unrestored.sum();
    }

    private int[] restore(float[] code, int[] rounded, Prediction wanted) {
        float[] exact = quantiser.unrounded(code);
        int[] best = rounded;
        for (int round = 0; round < MAX_ROUNDS; round++) {
            List<int[]> candidates = neighbours(exact, best);
            if (candidates.isEmpty()) {
                break;
            }
            List<Prediction> predictions = predict(candidates);
            int chosen = bestCandidate(candidates, predictions, wanted);
            best = candidates.get(chosen);
            if (preserves(predictions.get(chosen), wanted)) {
                restored.increment();
                return best;
            }
        }
        unrestored.increment();
        return rounded;
    }

    /**
     * Returns the index of the cheapest candidate that preserves the prediction, or else of the candidate with the
     * highest probability of the wanted class.
     */
    private int bestCandidate(List<int[]> candidates, List<Prediction> predictions, Prediction wanted) {
        int cheapest = -1;
        int nearest = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < candidates.size(); i++) {
            Prediction prediction = predictions.get(i);
            if (probability(prediction, wanted) > probability(predictions.get(nearest), wanted)) {
                nearest = i;
            }
            if (preserves(prediction, wanted)) {
                double cost = bits(candidates.get(i)) + spec.bitsPerNat() * divergence(wanted, prediction);
                if (cost < least) {
                    least = cost;
                    cheapest = i;
                }
            }
        }
        return cheapest < 0 ? nearest : cheapest;
    }

    /** Returns copies of the symbols in which one symbol is moved by one, those nearest to the exact values first. */
    private List<int[]> neighbours(float[] exact, int[] symbols) {
        record Move(int at, int by, double distance) {}
        int plane = quantiser.format().shape().plane();
        Quantiser channels = requireNonNull(quantiser.format().quantisers().symbols(), "symbols");
        List<Move> moves = new ArrayList<>();
        for (int at = 0; at < symbols.length; at++) {
            if (channels.isDead(at / plane)) {
                continue;
            }
            for (int by = -1; by <= 1; by += 2) {
                if (Math.abs(symbols[at] + by) <= Quantiser.MAX_SYMBOL) {
                    moves.add(new Move(at, by, Math.abs(exact[at] - symbols[at] - by)));
                }
            }
        }
        moves.sort(Comparator.comparingDouble(Move::distance));
        List<int[]> neighbours = new ArrayList<>();
        for (Move move : moves.subList(0, Math.min(MAX_CANDIDATES, moves.size()))) {
            int[] moved = symbols.clone();
            moved[move.at()] += move.by();
            neighbours.add(moved);
        }
        return neighbours;
    }

    /** Returns the ideal size of the symbols in bits, 0 without tables. */
    private double bits(int[] symbols) {
        EntropyTables tables = quantiser.format().tables();
        return tables == null ? 0 : tables.idealBits(symbols);
    }

    private List<Prediction> predict(List<int[]> symbols) {
        return decoderSide.apply(symbols.stream().map(quantiser::dequantise).toList());
    }

    private static float probability(Prediction prediction, Prediction wanted) {
        return prediction.probabilities()[wanted.classIndex()];
    }

    private static boolean preserves(Prediction prediction, Prediction wanted) {
        double others = 0;
        for (int i = 0; i < prediction.probabilities().length; i++) {
            others = i == wanted.classIndex()
                    ? others
                    : Math.max(others, prediction.probabilities()[i]);
        }
        return probability(prediction, wanted) > others * Math.exp(MIN_MARGIN);
    }

    private static double divergence(Prediction wanted, Prediction prediction) {
        double sum = 0;
        for (int i = 0; i < wanted.probabilities().length; i++) {
            double p = Math.max(MIN_PROBABILITY, wanted.probabilities()[i]);
            double q = Math.max(MIN_PROBABILITY, prediction.probabilities()[i]);
            sum += p * Math.log(p / q);
        }
        return sum;
    }
}
