package io.featherwire.compressor;

import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.batch.BatchStage;
import io.featherwire.runtime.batch.MicroBatcher;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.serde.TopicSerdes;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;

/** images → compress → write → features, and what cannot be compressed → dead letters. */
public final class CompressorTopology {

    private static final String IMAGES = "images";
    private static final String COMPRESS = "compress";
    private static final String WRITE = "write";
    private static final String FEATURES = "features";
    private static final String DEAD_LETTERS = "dead-letters";
    private static final String PENDING_STORE = "pending-images";

    private CompressorTopology() {}

    static Topology build(CompressorConfig config, TopicSerdes serdes, MicroBatcher<Frame, CompressedFrame> batcher) {
        var compress = new BatchStage<>(
                batcher,
                PENDING_STORE,
                WRITE,
                DEAD_LETTERS,
                StreamConfig.withHeadroom(config.stream().maxRecordSize()));
        var bytes = new ByteArraySerializer();
        return new Topology()
                .addSource(IMAGES, new ByteArrayDeserializer(), new ByteArrayDeserializer(), config.images())
                .addProcessor(COMPRESS, compress, IMAGES)
                .addProcessor(WRITE, FeatureWriter::new, COMPRESS)
                .addSink(
                        FEATURES,
                        config.features(),
                        bytes,
                        serdes.of(config.features(), CompactFeature.class).serializer(),
                        WRITE)
                .addSink(DEAD_LETTERS, config.stream().deadLetters(), bytes, bytes, COMPRESS);
    }
}
