package io.featherwire.codec;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.bundle.HeadKind;
import io.featherwire.codec.bundle.HeadManifest;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a head says about one feature.
 *
 * @param kind of the head
 * @param values by class index the probabilities (they sum to 1 in a classification, each stands for itself in a multi-label prediction); or
 *     a regression's quantities; or an embedding; not copied
 * @param present indexes of the classes that are there: of a classification the most probable one, of a multi-label prediction those whose
 *     probability reaches the threshold, the most probable first; else none
 */
public record HeadPrediction(HeadKind kind, float[] values, List<Integer> present) {

    public HeadPrediction {
        requireNonNull(kind, "kind");
        requireNonNull(values, "values");
        present = List.copyOf(present);
    }

    /**
     * Makes the prediction of what the graph gave for one feature.
     *
     * @param raw logits or values, one for each of the head's values
     * @throws ArithmeticException if one of them is not finite, or an embedding of length 0 is to be normalised
     */
    static HeadPrediction of(HeadManifest head, float[] raw) {
        return switch (head.kind()) {
            case CLASSIFICATION -> of(Prediction.ofLogits(raw, 0, raw.length));
            case MULTI_LABEL -> multiLabel(sigmoids(finite(raw)), requireNonNull(head.thresholds()));
            case REGRESSION -> new HeadPrediction(HeadKind.REGRESSION, finite(raw), List.of());
            case EMBEDDING ->
                new HeadPrediction(
                        HeadKind.EMBEDDING,
                        Boolean.TRUE.equals(head.normalised()) ? normalised(finite(raw)) : finite(raw),
                        List.of());
        };
    }

    /** The prediction of a head whose classes exclude each other. */
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

    private static float[] finite(float[] raw) {
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

    private static float[] normalised(float[] vector) {
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

    /** Whether its values are probabilities of classes. */
    public boolean isOfClasses() {
        return kind == HeadKind.CLASSIFICATION || kind == HeadKind.MULTI_LABEL;
    }

    /** Index of the largest value, the first of equals. */
    public int best() {
        return Prediction.largest(values);
    }

    /** Indexes of the k largest values, the largest first. */
    public int[] top(int k) {
        return Prediction.top(values, k);
    }
}
