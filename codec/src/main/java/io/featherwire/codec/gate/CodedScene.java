package io.featherwire.codec.gate;

import static java.util.Objects.requireNonNull;

/**
 * The last coded frame of a sensor, which later ones may repeat.
 *
 * @param margin of its prediction: {@link io.featherwire.codec.Prediction#margin()}; NaN while it is not known
 */
public record CodedScene(SceneView view, double margin) {

    public CodedScene {
        requireNonNull(view, "view");
    }

    /** A frame whose prediction is not known yet. */
    public static CodedScene unpredicted(SceneView view) {
        return new CodedScene(view, Double.NaN);
    }
}
