package io.featherwire.runtime;

import org.apache.kafka.streams.StreamsConfig;

/** What holds when something crashes. */
public enum ProcessingGuarantee {
    /** Every frame comes out once, for readers of committed records. */
    EXACTLY_ONCE_V2(StreamsConfig.EXACTLY_ONCE_V2),
    /** Every frame comes out, after a crash perhaps twice. */
    AT_LEAST_ONCE(StreamsConfig.AT_LEAST_ONCE);

    private final String kafkaName;

    ProcessingGuarantee(String kafkaName) {
        this.kafkaName = kafkaName;
    }

    String kafkaName() {
        return kafkaName;
    }
}
