package io.featherwire.trainer.network;

/** What a forward pass is for. */
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
