package io.featherwire.lab.chaos;

/** The kinds of disruption. */
enum ChaosScenario {
    /** Kills compressor and classifier in turn with -9, while batches are partly filled. */
    KILL,
    /** Stops the broker for a while. */
    BROKER,
    /** Kills the broker with -9, while transactions are open. */
    BROKER_KILL,
    /** Changes the number of instances of each stream from two to three, then to one. */
    REBALANCE,
    /** Fences transactional producers, and freezes instances until others have taken over their partitions. */
    FENCED,
    /** Fills the broker's disk for a while, then the disk of the streams' state. Needs Linux with user namespaces. */
    DISK_FULL,
    /** Sends every kind of hostile record among the frames, on all input topics, and kills with -9 as in KILL. */
    HOSTILE,
    /**
     * The control: kills a compressor that keeps its batches only in memory, at points where it certainly loses frames.
     * If the run does not detect this loss, the other scenarios prove nothing.
     */
    CONTROL
}
