package io.featherwire.codec;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.bundle.HeadKind;
import io.featherwire.codec.bundle.HeadManifest;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A head's prediction for one feature.
 *
 * @param kind the kind of the head
 * @param values the probabilities by class index (in a classification they sum to 1, in a multi-label prediction they
 *      are independent), or the quantities of a regression, or the embedding; the array is not copied
 * @param present the indexes of the predicted classes: of a classification the most probable class; of a multi-label
 *      prediction the classes whose probability reaches their threshold, most probable first; otherwise empty
 */
public record HeadPrediction(HeadKind kind, float[] values, List<Integer> present) {

    public HeadPrediction {
        requireNonNull(kind, "kind");
        requireNonNull(values, "values");
        present = List.copyOf(present);
    }

    /**
     * Makes the prediction from the graph's output for one feature.
     *
     * @param raw the graph's logits or values, {@link HeadManifest#values} floats
     * @throws ArithmeticException if a float is not finite, or an embedding to normalise has length 0
     */
    static HeadPrediction of(HeadManifest head, float[] raw) {
        return switch (head.kind()) {
            case CLASSIFICATION -> of(Prediction.ofLogits(raw, 0, raw.length));
            case MULTI_LABEL -> multiLabel(sigmoids(requireFinite(raw)), requireNonNull(head.thresholds()));
            case REGRESSION -> new HeadPrediction(HeadKind.REGRESSION, requireFinite(raw), List.of());
            case EMBEDDING ->
                new HeadPrediction(
                        HeadKind.EMBEDDING,
                        Boolean.TRUE.equals(head.normalised()) ? normalise(requireFinite(raw)) : requireFinite(raw),
                        List.of());
        };
    }

    /** Converts the prediction of a head of kind {@link HeadKind#CLASSIFICATION}. */
    public static HeadPrediction of(Prediction prediction) {
        return new HeadPrediction(
                HeadKind.CLASSIFICATION, prediction.probabilities(), List.of(prediction.classIndex()));
    }

    private static HeadPrediction multiLabel(float[] probabilities, List<Double> thresholds) {
        List<Integer> present = IntStream.range(0, probabilities.length)
                .filter(i -> probabilities[i] >= thresholds.get(i))
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -probabilities[i]))
                .toList();
        return new HeadPrediction(HeadKind.MULTI_LABEL, probabilities, present);
    }

    private static float[] requireFinite(float[] raw) {
        for (int i = 0; i < raw.length; i++) {
            if (!Float.isFinite(raw[i])) {
                throw new ArithmeticException("value " + i + " is " + raw[i]);
            }
        }
        return raw;
    }

    private static float[] sigmoids(float[] logits) {
        float[] probabilities = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = (float) (1 / (1 + Math.exp(-logits[i])));
        }
        return probabilities;
    }

    private static float[] normalise(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        double length = Math.sqrt(squares);
        if (!(length > 0)) {
            throw new ArithmeticException("the embedding has length 0 and no direction");
        }
        float[] unit = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }

    /** Returns whether the values are class probabilities. */
    public boolean predictsClasses() {
        return kind == HeadKind.CLASSIFICATION || kind == HeadKind.MULTI_LABEL;
    }

    /**
     * Returns the index of the largest value. Of probabilities of a classification that are equal as floats, it is the
     * class with the largest logit; otherwise it is the first one of equal values.
     */
    public int best() {
        return kind == HeadKind.CLASSIFICATION ? present.get(0) : Prediction.indexOfLargest(values);
    }

    /** Returns the indexes of the k largest values, the largest first. */
    public int[] top(int k) {
        return Prediction.top(values, best(), k);
    }
}
