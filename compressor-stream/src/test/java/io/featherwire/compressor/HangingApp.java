package io.featherwire.compressor;

import io.featherwire.runtime.AppMain;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.StreamsApp;
import io.featherwire.runtime.batch.BatchFunction;
import io.featherwire.runtime.batch.BatchStage;
import io.featherwire.runtime.batch.MicroBatcher;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.featherwire.runtime.metrics.Meters;
import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;

/** The compressor with a network that never comes back from one frame, and heeds no interrupt: as native code that hangs. */
final class HangingApp {

    /** Environment variable with the id of that frame. */
    static final String HANGS_ON = "TEST_HANGS_ON";

    private HangingApp() {}

    public static void main(String[] args) {
        System.exit(AppMain.run(HangingApp::run));
    }

    private static int run() throws InterruptedException {
        CompressorConfig config = CompressorConfig.from(ConfigSources.of(Map.of(), System.getenv(), null));
        Meters meters = new Meters();
        MicroBatcher<ImageFrame, CompactFeature> batcher = new MicroBatcher<>(
                "hanging",
                new Hanging(System.getenv().getOrDefault(HANGS_ON, "")),
                config.stream().batch(),
                new BatchMetrics(meters.registry(), "hanging"));
        Topology topology = new Topology()
                .addSource("images", config.get(TopicNames.IMAGES))
                .addProcessor(
                        "compress",
                        new BatchStage<>(
                                batcher,
                                "ring",
                                List.of("features"),
                                "dead-letters",
                                config.stream().get(StreamConfig.MAX_RECORD_SIZE)),
                        "images")
                .addSink(
                        "features",
                        config.get(TopicNames.FEATURES),
                        new ByteArraySerializer(),
                        AvroSerde.of(CompactFeature.class).serializer(),
                        "compress")
                .addSink(
                        "dead-letters",
                        config.get(StreamConfig.DEAD_LETTERS),
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        "compress");
        return StreamsApp.start(config.stream(), topology, batcher, meters, http -> {})
                .stopWithJvm()
                .awaitStop();
    }

    private record Hanging(String frameId) implements BatchFunction<ImageFrame, CompactFeature> {

        private static final AvroSerde<ImageFrame> FRAMES = AvroSerde.of(ImageFrame.class);

        @Override
        public ImageFrame prepare(SourceRecord source) {
            return FRAMES.decode(source.value());
        }

        @Override
        public List<CompactFeature> process(List<ImageFrame> batch) {
            while (batch.stream().anyMatch(frame -> frame.getFrameId().equals(frameId))) {
                LockSupport.parkNanos(1_000_000);
            }
            return batch.stream()
                    .map(frame -> new CompactFeature(
                            frame.getFrameId(),
                            Instant.now(),
                            new Fingerprint(new byte[8]),
                            ByteBuffer.wrap(new byte[] {1})))
                    .toList();
        }

        @Override
        public void probe() {}
    }
}
