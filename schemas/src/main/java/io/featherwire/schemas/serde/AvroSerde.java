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
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A serde that writes a prefix and then the record in Avro's binary encoding. With a schema registry, the prefix is a
 * zero byte and the schema's id in the registry (4 bytes, big-endian). Without, it is that of Avro's single-object
 * encoding: the bytes C3 01 and the 64-bit CRC fingerprint of the schema (little-endian).
 *
 * <p>Thread-safe.
 *
 * @param <T> the generated record class
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {
    static {
        // Avro instantiates only classes that are declared as trusted: here, the generated records.
        ClassSecurityValidator.setGlobal(
                ClassSecurityValidator.composite(ClassSecurityValidator.getGlobal(), type -> type.getPackageName()
                        .equals(Label.class.getPackageName())));
    }

    private static final int FINGERPRINT_HEADER_BYTES = 10;
    private static final int ID_HEADER_BYTES = 5;

    private final String topic;
    private final Schema schema;
    private final SpecificData model;
    private final BinaryMessageEncoder<T> encoder;
    private final DatumWriter<T> writer;
    private final @Nullable SchemaIds ids;
    private final Map<Long, DatumReader<T>> byFingerprint = new ConcurrentHashMap<>();
    private final Map<Integer, DatumReader<T>> byId = new ConcurrentHashMap<>();
    private volatile int ownId;

    private AvroSerde(String topic, Schema schema, @Nullable SchemaIds ids) {
        this.topic = topic;
        this.schema = schema;
        this.model = SpecificData.getForSchema(schema);
        this.encoder = new BinaryMessageEncoder<>(model, schema, false);
        this.writer = new SpecificDatumWriter<>(schema, model);
        this.ids = ids;
        EarlierSchemas.of(schema).forEach(this::alsoReading);
        alsoReading(schema);
    }

    /** A serde for one generated record class, without a registry. */
    public static <T extends SpecificRecord> AvroSerde<T> of(Class<T> type) {
        return of("", type, null);
    }

    static <T extends SpecificRecord> AvroSerde<T> of(String topic, Class<T> type, @Nullable SchemaIds ids) {
        return new AvroSerde<>(topic, SpecificData.get().getSchema(requireNonNull(type, "type")), ids);
    }

    /** Makes this serde also read single-object records that were written with another version of the schema. */
    public AvroSerde<T> alsoReading(Schema writtenWith) {
        byFingerprint.put(
                SchemaNormalization.parsingFingerprint64(requireNonNull(writtenWith, "writtenWith")),
                new SpecificDatumReader<>(writtenWith, schema, model));
        return this;
    }

    /**
     * Encodes a record, prefix first.
     *
     * @throws SchemaRegistryException if a registry is used, and it does not answer or does not have the schema
     */
    public byte[] encode(T message) {
        requireNonNull(message, "message");
        var out = new ByteArrayOutputStream(256);
        try {
            if (ids == null) {
                encoder.encode(message, out);
            } else {
                out.write(ByteBuffer.allocate(ID_HEADER_BYTES)
                        .put((byte) 0)
                        .putInt(ownId(ids))
                        .array());
                var body = EncoderFactory.get().binaryEncoder(out, null);
                writer.write(message, body);
                body.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: writing to memory", e);
        }
        return out.toByteArray();
    }

    private int ownId(SchemaIds registry) {
        if (ownId == 0) {
            ownId = registry.idOf(topic, schema);
        }
        return ownId;
    }

    /**
     * Decodes a record.
     *
     * @throws SerializationException if the bytes have neither prefix, name an unknown schema, or are shorter or longer
     *     than the record
     * @throws SchemaRegistryException if the bytes have a registry's prefix and the registry does not answer
     */
    public T decode(byte[] bytes) {
        if (bytes.length >= FINGERPRINT_HEADER_BYTES && (bytes[0] & 0xff) == 0xC3 && bytes[1] == 0x01) {
            long fingerprint =
                    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
            var reader = byFingerprint.get(fingerprint);
            if (reader == null) {
                throw decodingFailure("unknown schema, fingerprint " + Long.toHexString(fingerprint), null);
            }
            return decode(bytes, FINGERPRINT_HEADER_BYTES, reader);
        }
        if (bytes.length >= ID_HEADER_BYTES && bytes[0] == 0) {
            return decode(
                    bytes, ID_HEADER_BYTES, readerOf(ByteBuffer.wrap(bytes).getInt(1)));
        }
        throw decodingFailure(
                "its " + bytes.length
                        + " bytes begin neither with Avro's single-object marker (C3 01) nor with a registry's (00)",
                null);
    }

    private DatumReader<T> readerOf(int id) {
        if (ids == null) {
            throw decodingFailure("schema id " + id + " of a registry, but no registry is configured", null);
        }
        var reader = byId.get(id);
        if (reader == null) {
            reader = new SpecificDatumReader<>(ids.schemaOf(id), schema, model);
            byId.put(id, reader);
        }
        return reader;
    }

    private T decode(byte[] bytes, int offset, DatumReader<T> reader) {
        // A decoder over an array checks each length against the remaining bytes before it allocates; a decoder over a
        // stream does not.
        var in = DecoderFactory.get().binaryDecoder(bytes, offset, bytes.length - offset, null);
        try {
            var message = reader.read(null, in);
            if (!in.isEnd()) {
                throw decodingFailure("bytes left over after the record", null);
            }
            return message;
        } catch (SerializationException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            // Every other exception is the fault of the bytes or of the schema that they were written with.
            throw decodingFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private SerializationException decodingFailure(String why, @Nullable Throwable cause) {
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
