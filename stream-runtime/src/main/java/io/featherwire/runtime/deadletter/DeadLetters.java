package io.featherwire.runtime.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.config.DataSize;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Makes dead letters. A dead letter has the original key, value and headers. Further headers describe the failure;
 * their names are like those of Kafka Streams' own dead letters, and their values are text in UTF-8. A record that is
 * too large for the dead-letter topic is split into pieces, each a dead letter of its own; see {@link
 * RecordReassembly}.
 */
public final class DeadLetters {

    /** The step that failed. */
    public static final String STAGE = "__streams.errors.stage";
    /** The reason, as a short constant. */
    public static final String REASON = "__streams.errors.reason";
    /** The class of the exception. */
    public static final String EXCEPTION = "__streams.errors.exception";
    /** The message of the exception. */
    public static final String MESSAGE = "__streams.errors.message";
    /** The topic that the record was read from. */
    public static final String TOPIC = "__streams.errors.topic";
    /** The partition that the record was read from. */
    public static final String PARTITION = "__streams.errors.partition";
    /** The offset that the record was read from. */
    public static final String OFFSET = "__streams.errors.offset";
    /**
     * The record's own timestamp, in milliseconds since 1970. The timestamp of the dead letter itself is the time of
     * the failure.
     */
    public static final String TIMESTAMP = "__streams.errors.timestamp";
    /** The number of the piece and the number of all pieces, such as 1/3, if the record is split. */
    public static final String PIECE = "__streams.errors.piece";

    /** The maximum length of the key of a piece, in bytes. A longer key is only in the content of the pieces. */
    static final int LONGEST_KEY = 1024;

    private static final int LONGEST_MESSAGE = 1_000;

    /** The maximum size of the added headers and of the record's framing, in bytes. */
    private static final int ROOM = 16 << 10;

    private final long largest;

    /** @param largest the maximum record size of the dead-letter topic: its max.message.bytes */
    public DeadLetters(DataSize largest) {
        this.largest =
                Math.min(Integer.MAX_VALUE, requireNonNull(largest, "largest").bytes());
        if (this.largest <= 2 * ROOM) {
            throw new IllegalArgumentException("dead letters of at most " + largest + " are too small");
        }
    }

    /**
     * Makes the dead letter of a record, or its pieces in order; they are created lazily.
     *
     * @param reason a short constant for metrics and filters
     * @param now the time of the failure, in milliseconds since 1970
     */
    public Iterable<Record<byte[], byte[]>> toLetters(
            SourceRecord source, String stage, String reason, Throwable cause, long now) {
        if (source.size() + ROOM <= largest) {
            return List.of(toLetter(source, stage, reason, cause, now));
        }
        byte[] whole = RecordEnvelope.encode(source);
        int size = (int) largest - ROOM;
        int pieces = (whole.length + size - 1) / size;
        return () -> IntStream.range(0, pieces)
                .mapToObj(i -> {
                    Headers headers = addDescription(new RecordHeaders(), source, stage, reason, cause);
                    set(headers, PIECE, (i + 1) + "/" + pieces);
                    byte[] piece = Arrays.copyOfRange(whole, i * size, Math.min(whole.length, (i + 1) * size));
                    return new Record<>(keyOfPiece(source.key()), piece, now, headers);
                })
                .iterator();
    }

    /** Makes the dead letter of a record that fits into the dead-letter topic as a whole. */
    public static Record<byte[], byte[]> toLetter(
            SourceRecord source, String stage, String reason, Throwable cause, long now) {
        Headers headers = new RecordHeaders(source.headers());
        headers.remove(PIECE);
        return new Record<>(source.key(), source.value(), now, addDescription(headers, source, stage, reason, cause));
    }

    private static byte @Nullable [] keyOfPiece(byte @Nullable [] key) {
        return key == null || key.length > LONGEST_KEY ? null : key;
    }

    private static Headers addDescription(
            Headers headers, SourceRecord source, String stage, String reason, Throwable cause) {
        set(headers, STAGE, stage);
        set(headers, REASON, reason);
        set(headers, EXCEPTION, cause.getClass().getName());
        set(headers, MESSAGE, shorten(String.valueOf(cause.getMessage())));
        set(headers, TOPIC, source.topic());
        set(headers, PARTITION, Integer.toString(source.partition()));
        set(headers, OFFSET, Long.toString(source.offset()));
        set(headers, TIMESTAMP, Long.toString(source.timestamp()));
        return headers;
    }

    /**
     * Sets a header. It replaces one of the same name, so that a replayed dead letter that fails again has only its
     * newest failure.
     */
    private static void set(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(UTF_8));
    }

    private static String shorten(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE);
    }
}
