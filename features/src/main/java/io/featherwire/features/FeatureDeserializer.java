package io.featherwire.features;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.FeatureReader;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Fingerprint;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.gate.RepeatMark;
import io.featherwire.schemas.serde.AvroSerde;
import io.featherwire.schemas.serde.TopicSerdes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Deserializes values of the topic {@code features} to features.
 *
 * <p>Named in {@code value.deserializer}, it reads {@link #BUNDLES} from the consumer's configuration and, for records
 * that are written through a schema registry, {@code schema.registry.url}. Bundles that are added to the directory
 * later are found. For a record that cannot be read it throws a {@link SerializationException}; the consumer throws
 * this as a {@code RecordDeserializationException} with the record's partition and offset. Seek to the next offset to
 * go on.
 */
public final class FeatureDeserializer implements Deserializer<Feature> {

    /** Configuration key: a bundle's directory, or a directory of bundles. */
    public static final String BUNDLES = "featherwire.bundles";

    private static final int MAX_REPEATABLE = 10_000;

    private record Repeatable(Fingerprint bundle, int checksum) {}

    private static final class Recent extends LinkedHashMap<Repeatable, byte[]> {
        private static final long serialVersionUID = 1L;

        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Repeatable, byte[]> eldest) {
            return size() > MAX_REPEATABLE;
        }
    }

    private final Map<Repeatable, byte[]> repeatable = Collections.synchronizedMap(new Recent());
    private @Nullable FeatureReader reader;
    private @Nullable AvroSerde<CompactFeature> serde;

    /** Creates a deserializer for {@code value.deserializer}; {@link #configure} opens the bundles. */
    public FeatureDeserializer() {}

    /**
     * Creates a deserializer for records without a schema registry.
     *
     * @param bundles a bundle's directory, or a directory of bundles
     * @throws BundleException if there is no bundle, or a bundle does not match its manifest
     */
    public FeatureDeserializer(Path bundles) throws BundleException {
        this(FeatureReader.open(bundles), TopicSerdes.withoutRegistry());
    }

    /**
     * Creates a deserializer with a reader, which is closed with this object, and with serdes of a registry or without
     * one.
     */
    public FeatureDeserializer(FeatureReader reader, TopicSerdes serdes) {
        this.reader = requireNonNull(reader, "reader");
        this.serde = serdes.of("features", CompactFeature.class);
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        if (isKey) {
            throw new ConfigException("keys of the topic of features are text: use Kafka's StringDeserializer");
        }
        Object bundles = configs.get(BUNDLES);
        if (bundles == null) {
            throw new ConfigException(BUNDLES + " is not set: give it a bundle's directory, or a directory of bundles");
        }
        try {
            reader = FeatureReader.open(Path.of(bundles.toString()));
        } catch (BundleException e) {
            throw new ConfigException(BUNDLES + ": " + e.getMessage());
        }
        serde = TopicSerdes.of(configs).of("features", CompactFeature.class);
    }

    /**
     * Deserializes a value. A repeat gets the payload that it repeats, if that is among the last 10,000 repeatable
     * payloads that were read.
     */
    @Override
    public @Nullable Feature deserialize(String topic, Headers headers, byte @Nullable [] value) {
        return deserialize(headers, value);
    }

    @Override
    public @Nullable Feature deserialize(String topic, byte @Nullable [] value) {
        return deserialize(new RecordHeaders(), value);
    }

    private @Nullable Feature deserialize(Headers headers, byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        FeatureReader features = requireNonNull(reader, "not configured");
        CompactFeature compact = requireNonNull(serde, "not configured").decode(value);
        Fingerprint bundle = Fingerprint.of(compact.getBundle().bytes());
        byte[] payload = payload(toBytes(compact.getPayload()), bundle, headers);
        try {
            return new Feature(
                    compact.getFrameId(),
                    compact.getCapturedAt(),
                    bundle,
                    payload,
                    features.shape(bundle),
                    features.read(bundle, payload));
        } catch (PayloadException e) {
            throw new SerializationException(
                    "Cannot read the payload of frame " + compact.getFrameId() + ": " + e.getMessage(), e);
        } catch (BundleException e) {
            throw new SerializationException(
                    "Cannot read the feature of frame " + compact.getFrameId() + ": " + e.getMessage(), e);
        }
    }

    private byte[] payload(byte[] own, Fingerprint bundle, Headers headers) {
        OptionalInt repeated = RepeatMark.repeatedChecksum(headers);
        if (repeated.isPresent() && own.length == 0) {
            byte[] last = repeatable.get(new Repeatable(bundle, repeated.getAsInt()));
            if (last == null) {
                throw new SerializationException("Cannot read a repeat: the payload that it repeats, with the checksum "
                        + Integer.toHexString(repeated.getAsInt()) + ", has not been read. Seek to an earlier offset.");
            }
            return last;
        }
        if (RepeatMark.isRepeatable(headers)) {
            repeatable.put(new Repeatable(bundle, RepeatMark.checksum(ByteBuffer.wrap(own))), own);
        }
        return own;
    }

    private static byte[] toBytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
        }
    }
}
