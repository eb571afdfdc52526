package io.featherwire.runtime;

import org.apache.kafka.streams.StreamsConfig;

/** The delivery guarantee of a stream. */
public enum ProcessingGuarantee {
    /** Consumers with read_committed see the result of every frame exactly once, even after a crash. */
    EXACTLY_ONCE_V2(StreamsConfig.EXACTLY_ONCE_V2),
    /** Consumers see the result of every frame at least once; after a crash, some results come twice. */
    AT_LEAST_ONCE(StreamsConfig.AT_LEAST_ONCE);

    private final String kafkaName;

    ProcessingGuarantee(String kafkaName) {
        this.kafkaName = kafkaName;
    }

    String kafkaName() {
        return kafkaName;
    }
}
