package io.featherwire.compressor;

import io.featherwire.codec.gate.GateCounts;
import io.featherwire.codec.gate.GreyThumbnail;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The gate's state stores, on disk and in changelogs. They have at most 3,200 bytes for each sensor: the last coded
 * frame, its prediction, and the counts.
 */
final class GateStores {

    /**
     * The last coded frame of a sensor.
     *
     * @param offset the frame's offset on the topic of images
     */
    record Scene(long offset, GreyThumbnail view) {}

    /**
     * The prediction of a coded frame.
     *
     * @param checksum the checksum of the frame's payload
     * @param margin the margin of the prediction; NaN if an earlier release wrote the state
     */
    record Prediction(long offset, int checksum, int classIndex, float margin) {}

    private static final String SCENES = "gate-scenes";
    private static final String PREDICTIONS = "gate-answers";
    private static final String COUNTS = "gate-counts";
    private static final int PREDICTION_BYTES = Long.BYTES + 2 * Integer.BYTES + Float.BYTES;

    private final byte[] bundle;
    private final KeyValueStore<Bytes, byte[]> scenes;
    private final KeyValueStore<Bytes, byte[]> predictions;
    private final KeyValueStore<Bytes, byte[]> counts;

    /** @param bundle the fingerprint of the bundle; the state of another bundle is ignored */
    GateStores(ProcessorContext<?, ?> context, byte[] bundle) {
        this.bundle = bundle;
        scenes = context.getStateStore(SCENES);
        predictions = context.getStateStore(PREDICTIONS);
        counts = context.getStateStore(COUNTS);
    }

    static List<String> names() {
        return List.of(SCENES, PREDICTIONS, COUNTS);
    }

    /**
     * Builds the stores, with a cache, so that a value that changes several times between two commits is written once.
     */
    static List<StoreBuilder<KeyValueStore<Bytes, byte[]>>> builders() {
        return names().stream()
                .map(name -> Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                        .withCachingEnabled())
                .toList();
    }

    @Nullable
    Scene scene(byte[] sensor) {
        byte[] found = scenes.get(Bytes.wrap(sensor));
        if (found == null || !Arrays.equals(bundle, 0, bundle.length, found, 0, bundle.length)) {
            return null;
        }
        long offset = ByteBuffer.wrap(found).getLong(bundle.length);
        return new Scene(
                offset, new GreyThumbnail(Arrays.copyOfRange(found, bundle.length + Long.BYTES, found.length)));
    }

    void put(byte[] sensor, Scene scene) {
        byte[] grey = scene.view().grey();
        scenes.put(
                Bytes.wrap(sensor),
                ByteBuffer.allocate(bundle.length + Long.BYTES + grey.length)
                        .put(bundle)
                        .putLong(scene.offset())
                        .put(grey)
                        .array());
    }

    void deleteScene(byte[] sensor) {
        scenes.delete(Bytes.wrap(sensor));
    }

    @Nullable
    Prediction prediction(byte[] sensor) {
        byte[] found = predictions.get(Bytes.wrap(sensor));
        if (found == null) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(found);
        return new Prediction(in.getLong(), in.getInt(), in.getInt(), in.hasRemaining() ? in.getFloat() : Float.NaN);
    }

    void put(byte[] sensor, Prediction prediction) {
        predictions.put(
                Bytes.wrap(sensor),
                ByteBuffer.allocate(PREDICTION_BYTES)
                        .putLong(prediction.offset())
                        .putInt(prediction.checksum())
                        .putInt(prediction.classIndex())
                        .putFloat(prediction.margin())
                        .array());
    }

    GateCounts counts(byte[] sensor) {
        byte[] found = counts.get(Bytes.wrap(sensor));
        return found == null ? GateCounts.NONE : GateCounts.of(found);
    }

    void put(byte[] sensor, GateCounts of) {
        counts.put(Bytes.wrap(sensor), of.toBytes());
    }
}
