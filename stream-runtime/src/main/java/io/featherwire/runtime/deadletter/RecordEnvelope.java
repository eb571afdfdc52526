package io.featherwire.runtime.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Serialises a whole record to bytes: version byte, topic, partition, offset, timestamp, headers, key, value. */
public final class RecordEnvelope {

    private static final byte VERSION = 1;
    private static final int ABSENT = -1;
    private static final int FIXED = 1 + Short.BYTES + 3 * Integer.BYTES + 2 * Long.BYTES;

    private RecordEnvelope() {}

    /** Serialises a record. */
    public static byte[] encode(SourceRecord source) {
        byte[] topic = source.topic().getBytes(UTF_8);
        Header[] headers = source.headers().toArray();
        byte[][] names = new byte[headers.length][];
        long size = (long) FIXED + topic.length + length(source.key()) + length(source.value()) + Integer.BYTES;
        for (int i = 0; i < headers.length; i++) {
            names[i] = headers[i].key().getBytes(UTF_8);
            size += 2L * Integer.BYTES + names[i].length + length(headers[i].value());
        }
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size));
        out.put(VERSION)
                .putShort((short) topic.length)
                .put(topic)
                .putInt(source.partition())
                .putLong(source.offset())
                .putLong(source.timestamp())
                .putInt(headers.length);
        for (int i = 0; i < headers.length; i++) {
            write(out, names[i]);
            write(out, headers[i].value());
        }
        write(out, source.key());
        write(out, source.value());
        return out.array();
    }

    /**
     * Deserialises a record.
     *
     * @throws IllegalArgumentException if the bytes are not a record, or have another version
     */
    public static SourceRecord decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new IllegalArgumentException(
                        "the record has format version " + version + ", this release reads " + VERSION);
            }
            String topic = new String(readBytes(in, in.getShort() & 0xffff), UTF_8);
            int partition = in.getInt();
            long offset = in.getLong();
            long timestamp = in.getLong();
            Headers headers = new RecordHeaders();
            for (int left = in.getInt(); left > 0; left--) {
                headers.add(new String(requireNonNull(read(in), "header"), UTF_8), read(in));
            }
            byte[] key = read(in);
            return SourceRecordBuilder.builder()
                    .headers(headers)
                    .timestamp(timestamp)
                    .topic(topic)
                    .partition(partition)
                    .offset(offset)
                    .key(key)
                    .value(read(in))
                    .build();
        } catch (BufferUnderflowException | NullPointerException e) {
            throw new IllegalArgumentException("the record is incomplete", e);
        }
    }

    private static void write(ByteBuffer out, byte @Nullable [] bytes) {
        out.putInt(bytes == null ? ABSENT : bytes.length);
        if (bytes != null) {
            out.put(bytes);
        }
    }

    private static byte @Nullable [] read(ByteBuffer in) {
        int length = in.getInt();
        return length == ABSENT ? null : readBytes(in, length);
    }

    private static byte[] readBytes(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
