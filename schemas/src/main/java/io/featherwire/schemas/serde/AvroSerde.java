package io.featherwire.schemas.serde;

import static java.util.Objects.requireNonNull;

import io.featherwire.schemas.Label;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Avro single-object encoding: the marker C3 01, the schema's 64-bit CRC fingerprint (little-endian), the Avro binary body.
 *
 * <p>Safe for use by several threads.
 *
 * @param <T> the generated record class
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {
    static {
        // Avro instantiates only classes that it was told to trust; ours are the generated records.
        ClassSecurityValidator.setGlobal(
                ClassSecurityValidator.composite(ClassSecurityValidator.getGlobal(), type -> type.getPackageName()
                        .equals(Label.class.getPackageName())));
    }

    private static final int HEADER_BYTES = 10;

    private final Schema schema;
    private final SpecificData model;
    private final BinaryMessageEncoder<T> encoder;
    private final Map<Long, DatumReader<T>> readers = new ConcurrentHashMap<>();

    private AvroSerde(Schema schema) {
        this.schema = schema;
        this.model = SpecificData.getForSchema(schema);
        this.encoder = new BinaryMessageEncoder<>(model, schema, false);
        reading(schema);
    }

    /** A serde of one generated record class. */
    public static <T extends SpecificRecord> AvroSerde<T> of(Class<T> type) {
        return new AvroSerde<>(SpecificData.get().getSchema(requireNonNull(type, "type")));
    }

    /** Lets this serde read records that were written with another version of the schema, too. */
    public AvroSerde<T> reading(Schema writer) {
        readers.put(
                SchemaNormalization.parsingFingerprint64(requireNonNull(writer, "writer")),
                new SpecificDatumReader<>(writer, schema, model));
        return this;
    }

    /** The record as bytes, marker and fingerprint first. */
    public byte[] encode(T message) {
        var out = new ByteArrayOutputStream(256);
        try {
            encoder.encode(requireNonNull(message, "message"), out);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: writing to memory", e);
        }
        return out.toByteArray();
    }

    /**
     * The record that {@code bytes} hold.
     *
     * @throws SerializationException if they are no single-object encoding, of an unknown schema, or cut short or too long
     */
    public T decode(byte[] bytes) {
        if (bytes.length < HEADER_BYTES || (bytes[0] & 0xff) != 0xC3 || bytes[1] != 0x01) {
            throw refused("no Avro single-object marker C3 01 in " + bytes.length + " bytes", null);
        }
        long fingerprint = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
        var reader = readers.get(fingerprint);
        if (reader == null) {
            throw refused("unknown schema, fingerprint " + Long.toHexString(fingerprint), null);
        }
        // Over an array, not over a stream: only this decoder checks a length against what is there before it
        // allocates.
        var in = DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
        try {
            var message = reader.read(null, in);
            if (!in.isEnd()) {
                throw refused("bytes left over after the record", null);
            }
            return message;
        } catch (IOException
                | AvroRuntimeException
                | IndexOutOfBoundsException
                | NegativeArraySizeException
                | UnsupportedOperationException e) {
            throw refused(String.valueOf(e.getMessage()), e);
        }
    }

    private SerializationException refused(String why, @Nullable Exception cause) {
        return new SerializationException("not a " + schema.getName() + ": " + why, cause);
    }

    @Override
    public Serializer<T> serializer() {
        return (topic, message) -> message == null ? null : encode(message);
    }

    @Override
    public Deserializer<T> deserializer() {
        return (topic, bytes) -> decodeNullable(bytes);
    }

    private @Nullable T decodeNullable(byte @Nullable [] bytes) {
        return bytes == null ? null : decode(bytes);
    }
}
