package io.featherwire.runtime.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.deadletter.SourceRecord;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Limits the size of a record and of its texts. A broker may check only the compressed size of records, so the streams
 * check the uncompressed size when they read a record.
 *
 * @param largest the maximum size of a record's key, value and headers together, uncompressed
 */
public record RecordLimits(DataSize largest) {

    /** The maximum length of a sensor id in UTF-8, in bytes. */
    public static final int SENSOR_ID = 1024;
    /** The maximum length of a frame id in UTF-8, in bytes. */
    public static final int FRAME_ID = 1024;
    /** The maximum length of a label in UTF-8, in bytes. */
    public static final int LABEL = 1024;
    /** The maximum size of all headers of a record together, in bytes. */
    public static final int HEADERS = 64 << 10;

    /** The stage of the dead letters of rejected records. */
    public static final String STAGE = "decode-record";

    public RecordLimits {
        requireNonNull(largest, "largest");
    }

    /**
     * Rejects a record that is too large.
     *
     * @throws BadRecordException if the record or its headers are too large
     */
    public void admit(SourceRecord source) throws BadRecordException {
        long size = source.size();
        if (size > largest.bytes()) {
            throw rejection(
                    "record-too-large",
                    "the record has " + size + " bytes uncompressed, at most " + largest + " are allowed on its topic");
        }
        long headers = 0;
        for (Header header : source.headers()) {
            headers += SourceRecord.size(header);
        }
        if (headers > HEADERS) {
            throw rejection(
                    "headers-too-large",
                    "the record's headers have " + headers + " bytes, at most " + HEADERS + " are allowed");
        }
    }

    /**
     * The sensor id, which is the record's key.
     *
     * @throws BadRecordException if the key is missing, too long or not UTF-8
     */
    public static String sensorId(SourceRecord source) throws BadRecordException {
        byte[] key = source.key();
        if (key == null || key.length == 0) {
            throw rejection("no-sensor", "the record has no key");
        }
        if (key.length > SENSOR_ID) {
            throw rejection("sensor-id-too-long", tooLong("sensor id", key.length, SENSOR_ID));
        }
        return decodeUtf8(key).orElseThrow(() -> rejection("sensor-id-not-utf8", "the key is not text in UTF-8"));
    }

    /** Rejects a frame id that is too long. */
    public static void checkFrameId(String frameId) throws BadRecordException {
        check("frame-id-too-long", "frame id", frameId, FRAME_ID);
    }

    /** Rejects a label that is too long. */
    public static void checkLabel(String label) throws BadRecordException {
        check("label-too-long", "label", label, LABEL);
    }

    /**
     * The value of a record.
     *
     * @throws BadRecordException if the record has no value
     */
    public static byte[] requireValue(SourceRecord source, String reasonIfAbsent) throws BadRecordException {
        byte @Nullable [] value = source.value();
        if (value == null) {
            throw rejection(reasonIfAbsent, "the record has no value");
        }
        return value;
    }

    private static void check(String reason, String what, String text, int max) throws BadRecordException {
        // A UTF-16 code unit takes one to three bytes in UTF-8, so most texts need not be encoded to check their
        // length.
        int bytes = text.length() > max ? text.length() : text.length() * 3 <= max ? 0 : text.getBytes(UTF_8).length;
        if (bytes > max) {
            throw rejection(reason, tooLong(what, bytes, max));
        }
    }

    private static String tooLong(String what, int bytes, int max) {
        return "the " + what + " has " + bytes + " bytes or more, at most " + max + " are allowed";
    }

    private static Optional<String> decodeUtf8(byte[] bytes) {
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static BadRecordException rejection(String reason, String message) {
        return new BadRecordException(STAGE, reason, message, null);
    }
}
