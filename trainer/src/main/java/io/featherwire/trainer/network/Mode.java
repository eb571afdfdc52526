package io.featherwire.trainer.network;

/** The purpose of a forward pass. */
public enum Mode {
    /** Running statistics normalise; nothing is dropped. */
    INFERENCE,
    /** The batch's own statistics normalise, and the running ones follow them. */
    TRAINING,
    /** As TRAINING, but the running statistics stay: for all parts of a batch but the first, when they run at the same time. */
    TRAINING_ASIDE;

    boolean training() {
        return this != INFERENCE;
    }
}
