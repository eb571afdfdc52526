package io.featherwire.compressor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.runtime.PayloadTargets;
import io.featherwire.runtime.deadletter.SourceRecordBuilder;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensorTargetsTest {

    private static final int FRAMES = 30;
    private static final List<String> SENSORS = List.of("gate", "yard", "other");
    private static final Map<String, String> LIMITED = Map.of(
            "payload.rdoq",
            "false",
            "batch.size",
            "8",
            "payload.bytes.target",
            "6",
            "payload.bytes.target.sensors",
            "gate=4,yard=0");

    private static final int[] COLOURS = new Random(7).ints(3 * FRAMES, 0, 256).toArray();

    @TempDir
    private Path directory;

    @Test
    void shouldLimitThePayloadsOfASensorToItsTarget() throws Exception {
        try (var topology = new CompressorTestDriver(directory, LIMITED)) {
            // When
            for (int i = 0; i < FRAMES; i++) {
                topology.images.pipeInput(sensor(i), CompressorTestDriver.frame(sensor(i), "f" + i, image(i)));
            }

            // Then
            topology.await(FRAMES).forEach(record -> {
                int i = Integer.parseInt(record.value().getFrameId().substring(1));
                assertThat(record.value().getPayload().array()).isEqualTo(expected(topology, i));
            });
        }
    }

    @Test
    void shouldNotDependOnTheOtherFramesOfABatch() throws Exception {
        try (var topology = new CompressorTestDriver(directory, LIMITED)) {
            // Given
            FrameCompression compression = compression(topology, Map.of("gate", 4, "yard", 0));
            FrameCompression without = compression(topology, Map.of("gate", 0, "yard", 0, "other", 0));

            // When
            List<byte[]> together = payloads(compression, frames(compression));
            List<byte[]> unlimited = payloads(without, frames(without));

            // Then
            int changed = 0;
            for (int i = 0; i < FRAMES; i++) {
                Frame alone = frames(compression).get(i);
                assertThat(payloads(compression, List.of(alone)).get(0))
                        .isEqualTo(together.get(i))
                        .isEqualTo(expected(topology, i));
                if (sensor(i).equals("yard")) {
                    assertThat(together.get(i)).isEqualTo(unlimited.get(i));
                } else {
                    changed += Arrays.equals(together.get(i), unlimited.get(i)) ? 0 : 1;
                }
            }
            assertThat(changed).isGreaterThan(3);
        }
    }

    private static FrameCompression compression(CompressorTestDriver topology, Map<String, Integer> bySensor) {
        var registry = new SimpleMeterRegistry();
        return new FrameCompression(
                topology.compressor,
                topology.audit,
                ImageRecords.of(AvroSerde.of(ImageFrame.class), topology.config, registry),
                null,
                new PayloadTargets(6, bySensor),
                registry);
    }

    private static List<Frame> frames(FrameCompression compression) throws Exception {
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            frames.add(compression.prepare(SourceRecordBuilder.builder()
                    .headers(new RecordHeaders())
                    .timestamp(0)
                    .topic("images")
                    .partition(0)
                    .offset(i)
                    .key(sensor(i).getBytes(UTF_8))
                    .value(CompressorTestDriver.frame(sensor(i), "f" + i, image(i)))
                    .build()));
        }
        return frames;
    }

    private static List<byte[]> payloads(FrameCompression compression, List<Frame> batch) throws Exception {
        return compression.process(batch).stream()
                .map(frame -> frame.feature().getPayload().array())
                .toList();
    }

    private static byte[] expected(CompressorTestDriver topology, int i) {
        try {
            int target = List.of(4, 0, 6).get(i % 3);
            List<float[]> images = List.of(topology.compressor.prepare(image(i)));
            return topology.compressor.compress(images, target).payloads().get(0);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String sensor(int i) {
        return SENSORS.get(i % 3);
    }

    private static EncodedImage image(int i) {
        return TinyBundle.image(COLOURS[3 * i], COLOURS[3 * i + 1], COLOURS[3 * i + 2]);
    }
}
