package io.featherwire.runtime.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Makes dead letters: the original key, value and headers, and headers in the manner of Kafka Streams' own dead letters,
 * all of them texts in UTF-8.
 */
public final class DeadLetters {

    /** Where it failed. */
    public static final String STAGE = "__streams.errors.stage";
    /** Why, as a short constant. */
    public static final String REASON = "__streams.errors.reason";
    /** Class of the exception. */
    public static final String EXCEPTION = "__streams.errors.exception";
    /** Its message. */
    public static final String MESSAGE = "__streams.errors.message";
    /** Topic that the record was read from. */
    public static final String TOPIC = "__streams.errors.topic";
    /** Partition that the record was read from. */
    public static final String PARTITION = "__streams.errors.partition";
    /** Offset that the record was read from. */
    public static final String OFFSET = "__streams.errors.offset";
    /** The record's own timestamp, in milliseconds since the epoch; the dead letter's is the time of the failure. */
    public static final String TIMESTAMP = "__streams.errors.timestamp";

    private static final int LONGEST_MESSAGE = 1_000;

    private DeadLetters() {}

    /**
     * @param reason a short constant that can be counted and filtered by
     * @param now milliseconds since the epoch
     */
    public static Record<byte[], byte[]> record(
            SourceRecord source, String stage, String reason, Throwable cause, long now) {
        Headers headers = new RecordHeaders(source.headers());
        set(headers, STAGE, stage);
        set(headers, REASON, reason);
        set(headers, EXCEPTION, cause.getClass().getName());
        set(headers, MESSAGE, shortened(String.valueOf(cause.getMessage())));
        set(headers, TOPIC, source.topic());
        set(headers, PARTITION, Integer.toString(source.partition()));
        set(headers, OFFSET, Long.toString(source.offset()));
        set(headers, TIMESTAMP, Long.toString(source.timestamp()));
        return new Record<>(source.key(), source.value(), now, headers);
    }

    /** A record that was a dead letter before, and was replayed, tells of its newest failure only. */
    private static void set(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(UTF_8));
    }

    private static String shortened(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE);
    }
}
