package io.featherwire.producer.outbox;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Encodes the headers of a record as bytes: key and value of each, with length −1 for a null value. */
final class HeaderBytes {

    private HeaderBytes() {}

    static byte[] write(Headers headers) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            for (Header header : headers) {
                out.writeUTF(header.key());
                byte[] value = header.value();
                out.writeInt(value == null ? -1 : value.length);
                if (value != null) {
                    out.write(value);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: writing to memory", e);
        }
        return bytes.toByteArray();
    }

    static Headers read(byte[] bytes) {
        var headers = new RecordHeaders();
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            while (in.available() > 0) {
                String key = in.readUTF();
                int length = in.readInt();
                headers.add(key, length < 0 ? null : in.readNBytes(length));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: reading from memory", e);
        }
        return headers;
    }
}
