package io.featherwire.classifier;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.serde.AvroSerde;
import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * The writer schemas of accuracy parts. They are records of the same topic and of the merge processor's store, so that
 * parts of earlier and later releases can be read without a registry.
 */
final class SnapshotPartSchemas {
    private static final String PREFIX = "schema/";
    private static final int LARGEST = 64 << 10;
    private static final int MOST = 64;

    /** The key of the schema that this release writes. */
    static final byte[] KEY_OF_OWN = keyOf(AccuracySnapshot.getClassSchema());

    private final AvroSerde<AccuracySnapshot> parts;
    private int known;

    SnapshotPartSchemas(AvroSerde<AccuracySnapshot> parts) {
        this.parts = parts;
    }

    /** The schema that this release writes. */
    static byte[] currentSchema() {
        return AccuracySnapshot.getClassSchema().toString().getBytes(UTF_8);
    }

    static boolean isKey(byte[] key) {
        byte[] prefix = PREFIX.getBytes(US_ASCII);
        return key.length > prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** Adds a schema; returns false if the text is not a schema. */
    boolean add(byte[] key, byte[] value) {
        if (value.length > LARGEST || known == MOST) {
            return false;
        }
        try {
            var schema = new Schema.Parser().parse(new String(value, UTF_8));
            if (!Arrays.equals(key, keyOf(schema))
                    || !schema.getFullName()
                            .equals(AccuracySnapshot.getClassSchema().getFullName())) {
                return false;
            }
            parts.alsoReading(schema);
            known++;
            return true;
        } catch (AvroRuntimeException e) {
            return false;
        }
    }

    private static byte[] keyOf(Schema schema) {
        return (PREFIX + Long.toHexString(SchemaNormalization.parsingFingerprint64(schema))).getBytes(US_ASCII);
    }
}
