package io.featherwire.runtime.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.deadletter.SourceRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** A pending record as a slot of the ring holds it: version byte, coordinates, timestamp, headers, key, value. */
final class Slots {

    private static final byte VERSION = 1;
    private static final int ABSENT = -1;

    private Slots() {}

    static byte[] encode(SourceRecord source) {
        int size = 64 + length(source.key()) + length(source.value());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(size);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(source.topic());
            out.writeInt(source.partition());
            out.writeLong(source.offset());
            out.writeLong(source.timestamp());
            Header[] headers = source.headers().toArray();
            out.writeInt(headers.length);
            for (Header header : headers) {
                write(
                        out,
                        header.key()
                                .getBytes(UTF_8)); // not writeUTF: its strings end at 64 KiB, a header's key does not
                write(out, header.value());
            }
            write(out, source.key());
            write(out, source.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static SourceRecord decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte version = in.readByte();
            if (version != VERSION) {
                throw new IllegalStateException(
                        "the changelog holds slots of version " + version + ", this one reads " + VERSION);
            }
            String topic = in.readUTF();
            int partition = in.readInt();
            long offset = in.readLong();
            long timestamp = in.readLong();
            Headers headers = new RecordHeaders();
            for (int left = in.readInt(); left > 0; left--) {
                headers.add(new String(requireNonNull(read(in)), UTF_8), read(in));
            }
            byte[] key = read(in);
            return new SourceRecord(key, read(in), headers, timestamp, topic, partition, offset);
        } catch (IOException e) {
            throw new IllegalStateException("the changelog holds a slot that cannot be read", e);
        }
    }

    private static void write(DataOutputStream out, byte @Nullable [] bytes) throws IOException {
        out.writeInt(bytes == null ? ABSENT : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }

    private static byte @Nullable [] read(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length == ABSENT) {
            return null;
        }
        if (length < 0 || length > in.available()) {
            throw new IOException("a length of " + length + " with " + in.available() + " bytes left");
        }
        return in.readNBytes(length);
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
