package io.featherwire.trainer.network;

/** The purpose of a forward pass. */
public enum Mode {
    /** Normalises with running statistics, without dropout. */
    INFERENCE,
    /** Normalises with the batch's statistics and updates the running statistics, with dropout. */
    TRAINING,
    /**
     * Like TRAINING, but leaves the running statistics unchanged. Used for all parts of a batch except the first,
     * because the parts run concurrently.
     */
    TRAINING_FIXED_STATISTICS;

    boolean isTraining() {
        return this != INFERENCE;
    }
}
