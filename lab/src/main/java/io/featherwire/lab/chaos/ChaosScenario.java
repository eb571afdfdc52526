package io.featherwire.lab.chaos;

/** The kind of disruption. */
enum ChaosScenario {
    /** kill -9 of compressor and classifier in turn, batches half full. */
    KILL,
    /** The broker is unavailable for a while. */
    BROKER,
    /** kill -9 of the broker, transactions open. */
    BROKER_KILL,
    /** Two instances of each become three, then one. */
    REBALANCE,
    /** Transactional producers are fenced, and instances frozen until others have taken over their partitions. */
    FENCED,
    /** The broker's disk is full for a while, then that of the streams' state. Needs Linux and its user namespaces. */
    DISK_FULL,
    /** Every kind of hostile record among the frames, on all topics that are read, and kill -9 as in KILL. */
    HOSTILE,
    /** kill -9 of a compressor that keeps its batches in plain memory, where its loss is certain: it must be seen, or nothing here proves anything. */
    CONTROL
}
