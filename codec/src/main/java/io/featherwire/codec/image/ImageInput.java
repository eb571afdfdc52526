package io.featherwire.codec.image;

import java.util.function.Function;

/**
 * Turns images into the input of a bundle's network: decodes, resizes and normalises them as the bundle prescribes.
 * Thread-safe.
 */
public final class ImageInput {

    private final ImageDecoder decoder;
    private final ImagePreprocessor preprocessor;

    public ImageInput(InputSpec input, ImageLimits limits) {
        this.decoder = new ImageDecoder(limits, input.upright());
        this.preprocessor = new ImagePreprocessor(input);
    }

    /** Returns the images that the network expects. */
    public InputSpec spec() {
        return preprocessor.inputSpec();
    }

    /** Decodes, resizes and normalises an image to [3, S, S]. */
    public float[] prepare(EncodedImage image) throws ImageException {
        return decoder.decode(image, preprocessor::preprocess);
    }

    /** Resizes and normalises a decoded image to [3, S, S]. */
    public float[] prepare(RgbImage image) {
        return preprocessor.preprocess(image);
    }

    /**
     * Decodes an image and passes its pixels to {@code use}; the pixels count against the memory limit until {@code
     * use} returns.
     */
    public <T> T decode(EncodedImage image, Function<RgbImage, T> use) throws ImageException {
        return decoder.decode(image, use);
    }
}
