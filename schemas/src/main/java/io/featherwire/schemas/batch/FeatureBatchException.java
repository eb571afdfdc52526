package io.featherwire.schemas.batch;

/** A batch of frames whose parts do not fit together. */
public final class FeatureBatchException extends Exception {

    private static final long serialVersionUID = 1L;

    FeatureBatchException(String message) {
        super(message);
    }
}
