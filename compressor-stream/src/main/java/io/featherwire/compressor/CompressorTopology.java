package io.featherwire.compressor;

import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.batch.BatchStage;
import io.featherwire.runtime.batch.MicroBatcher;
import io.featherwire.runtime.deadletter.DeadLetterNode;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.serde.TopicSerdes;
import java.util.List;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;

/**
 * The flow of the compressor: images → compress → write → features. Frames that cannot be compressed go from compress
 * to dead-letters. With a gate: images → gate → compress → repeat → write → features.
 *
 * <p>The processor compress runs {@link FrameCompression} on micro-batches: it decodes the image, runs the network,
 * chooses symbols by rate-distortion optimised quantisation (RDOQ), and encodes them in the configured payload mode.
 */
final class CompressorTopology {

    private static final String IMAGES = "images";
    private static final String GATE = "gate";
    private static final String COMPRESS = "compress";
    private static final String REPEAT = "repeat";
    private static final String WRITE = "write";
    private static final String FEATURES = "features";
    private static final String DEAD_LETTERS = "dead-letters";
    private static final String PENDING_STORE = "pending-images";

    private CompressorTopology() {}

    /** Builds the topology without a gate. */
    static Topology build(CompressorConfig config, TopicSerdes serdes, MicroBatcher<Frame, CompressedFrame> batcher) {
        return build(config, serdes, batcher, null);
    }

    /**
     * Builds the topology.
     *
     * @param gate null if every frame is compressed
     */
    static Topology build(
            CompressorConfig config,
            TopicSerdes serdes,
            MicroBatcher<Frame, CompressedFrame> batcher,
            @Nullable GateResources gate) {
        var bytes = new ByteArraySerializer();
        var topology = new Topology()
                .addSource(
                        IMAGES,
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        config.get(TopicNames.IMAGES));
        if (gate == null) {
            topology.addProcessor(COMPRESS, compress(config, batcher, WRITE), IMAGES)
                    .addProcessor(WRITE, FeatureWriter::new, COMPRESS);
        } else {
            var deadLetters = new DeadLetterNode(new DeadLetters(config.stream().recordSize()), DEAD_LETTERS);
            topology.addProcessor(GATE, () -> new GateProcessor(gate), IMAGES)
                    .addProcessor(COMPRESS, compress(config, batcher, REPEAT), GATE)
                    .addProcessor(REPEAT, () -> new RepeatWriter(gate, WRITE, deadLetters), COMPRESS)
                    .addProcessor(WRITE, FeatureWriter::new, REPEAT);
            GateStores.builders().forEach(store -> topology.addStateStore(store, GATE, REPEAT));
        }
        return topology.addSink(
                        FEATURES,
                        config.get(TopicNames.FEATURES),
                        bytes,
                        serdes.of(config.get(TopicNames.FEATURES), CompactFeature.class)
                                .serializer(),
                        WRITE)
                .addSink(
                        DEAD_LETTERS,
                        config.get(StreamConfig.DEAD_LETTERS),
                        bytes,
                        bytes,
                        gate == null ? new String[] {COMPRESS} : new String[] {COMPRESS, REPEAT});
    }

    private static BatchStage<Frame, CompressedFrame> compress(
            CompressorConfig config, MicroBatcher<Frame, CompressedFrame> batcher, String results) {
        return new BatchStage<>(
                batcher,
                PENDING_STORE,
                List.of(results),
                DEAD_LETTERS,
                config.stream().recordSize());
    }
}
