package io.featherwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.runtime.deadletter.DeadLetters;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Selects dead letters. A criterion that is null matches every dead letter. */
record DeadLetterFilter(
        @Nullable String stage, @Nullable String reason, @Nullable Instant since, @Nullable Instant until) {

    boolean accepts(ConsumerRecord<byte[], byte[]> letter) {
        return (stage == null || stage.equals(headerText(letter, DeadLetters.STAGE)))
                && (reason == null || reason.equalsIgnoreCase(headerText(letter, DeadLetters.REASON)))
                && (since == null || letter.timestamp() >= since.toEpochMilli())
                && (until == null || letter.timestamp() < until.toEpochMilli());
    }

    /** The text of a header; empty if the header is missing. */
    static String headerText(ConsumerRecord<byte[], byte[]> letter, String name) {
        Header header = letter.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
    }
}
