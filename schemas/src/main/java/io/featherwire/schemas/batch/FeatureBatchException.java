package io.featherwire.schemas.batch;

/** A batch of frames with inconsistent parts. */
public final class FeatureBatchException extends Exception {

    private static final long serialVersionUID = 1L;

    FeatureBatchException(String message) {
        super(message);
    }
}
