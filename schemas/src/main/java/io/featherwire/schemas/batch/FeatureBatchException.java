package io.featherwire.schemas.batch;

/** The parts of a batch of frames are inconsistent. */
public final class FeatureBatchException extends Exception {

    private static final long serialVersionUID = 1L;

    FeatureBatchException(String message) {
        super(message);
    }
}
