package io.featherwire.runtime;

import org.apache.kafka.streams.StreamsConfig;

/** The delivery guarantee after a crash. */
public enum ProcessingGuarantee {
    /** Every frame is processed exactly once, for read_committed consumers. */
    EXACTLY_ONCE_V2(StreamsConfig.EXACTLY_ONCE_V2),
    /** Every frame is processed at least once; after a crash some are processed twice. */
    AT_LEAST_ONCE(StreamsConfig.AT_LEAST_ONCE);

    private final String kafkaName;

    ProcessingGuarantee(String kafkaName) {
        this.kafkaName = kafkaName;
    }

    String kafkaName() {
        return kafkaName;
    }
}
