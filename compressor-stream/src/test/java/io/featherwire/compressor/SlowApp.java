package io.featherwire.compressor;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.onnx.Device;
import io.featherwire.runtime.AppMain;
import io.featherwire.runtime.StreamsApp;
import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.batch.BatchFunction;
import io.featherwire.runtime.batch.MicroBatcher;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.featherwire.runtime.metrics.Meters;
import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.ImageFrame;
import java.util.List;
import java.util.Map;

/** The compressor with a network that takes as long for each frame as it is told to. */
final class SlowApp {

    /** Environment variable with the milliseconds that a frame takes. */
    static final String MILLIS = "TEST_MILLIS_PER_FRAME";

    private SlowApp() {}

    public static void main(String[] args) {
        System.exit(AppMain.run(SlowApp::run));
    }

    private static int run() throws Exception {
        CompressorConfig config = CompressorConfig.from(ConfigSources.of(Map.of(), System.getenv(), null));
        Meters meters = new Meters();
        var serdes = config.stream().schemas().serdes();
        FrameCompression compression = new FrameCompression(
                FeatureCompressor.open(
                        Bundle.load(config.get(CompressorConfig.BUNDLE)), Device.CPU, config.compressorOptions()),
                ShadowAudit.none(),
                ImageRecords.of(serdes.of(config.get(TopicNames.IMAGES), ImageFrame.class), config, meters.registry()),
                meters.registry());
        MicroBatcher<Frame, CompressedFrame> batcher = new MicroBatcher<>(
                "compressor",
                new Slow(compression, Long.parseLong(System.getenv(MILLIS))),
                config.batch(Device.Kind.CPU),
                new BatchMetrics(meters.registry(), "compressor"));
        return StreamsApp.start(
                        config.stream(), CompressorTopology.build(config, serdes, batcher), batcher, meters, http -> {})
                .stopWithJvm()
                .awaitStop();
    }

    /** @param millis for a frame, whichever of the two runs has it */
    private record Slow(FrameCompression compression, long millis) implements BatchFunction<Frame, CompressedFrame> {

        @Override
        public Frame prepare(SourceRecord source) throws BadRecordException {
            return compression.prepare(source);
        }

        @Override
        public List<CompressedFrame> process(List<Frame> batch) throws Exception {
            Thread.sleep(2 * millis * batch.size());
            return compression.process(batch);
        }

        @Override
        public long preparedBytes() {
            return compression.preparedBytes();
        }

        @Override
        public void probe() {
            compression.probe();
        }
    }
}
