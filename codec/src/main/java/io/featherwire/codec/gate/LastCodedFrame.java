package io.featherwire.codec.gate;

import static java.util.Objects.requireNonNull;

/**
 * The last coded frame of a sensor, which later frames may repeat.
 *
 * @param margin the {@linkplain io.featherwire.codec.Prediction#margin() margin} of the frame's prediction, in nats;
 *      NaN while it is not known
 */
public record LastCodedFrame(GreyThumbnail view, double margin) {

    public LastCodedFrame {
        requireNonNull(view, "view");
    }

    /** Returns a frame whose prediction is not known yet. */
    public static LastCodedFrame unpredicted(GreyThumbnail view) {
        return new LastCodedFrame(view, Double.NaN);
    }
}
