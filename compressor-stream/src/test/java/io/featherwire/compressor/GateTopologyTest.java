package io.featherwire.compressor;

import static io.featherwire.compressor.CompressorTestDriver.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.gate.RepeatMark;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateTopologyTest {

    @TempDir
    private Path directory;

    private CompressorTestDriver topology;
    private SimpleMeterRegistry registry;
    private Bundle bundle;
    private FeatureCompressor compressor;
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> images;
    private TestOutputTopic<String, byte[]> deadLetters;

    @BeforeEach
    void open() throws Exception {
        topology = new CompressorTestDriver(
                directory, Map.of("gate", "on", "gate.audit", "0.1", "batch.size", "4", "batch.linger", "5ms"));
        registry = topology.registry;
        bundle = topology.bundle;
        compressor = topology.compressor;
        driver = topology.driver;
        images = topology.images;
        deadLetters = topology.deadLetters;
    }

    @AfterEach
    void close() {
        topology.close();
    }

    @Test
    void shouldSendFramesLikeTheLastCodedFrameAsRepeats() throws Exception {
        // Given
        EncodedImage red = TinyBundle.image(250, 10, 20);
        EncodedImage nearlyRed = TinyBundle.image(249, 11, 20);
        EncodedImage blue = TinyBundle.image(0, 90, 140);

        // When
        for (int i = 0; i < 100; i++) {
            EncodedImage north = i >= 50 ? blue : i % 2 == 0 ? red : nearlyRed;
            images.pipeInput("north", frame("north", "n" + i, north));
            images.pipeInput("south", frame("south", "s" + i, blue));
        }

        // Then
        List<TestRecord<String, CompactFeature>> records = topology.await(200);
        for (String sensor : List.of("north", "south")) {
            int coded = 0;
            int number = 0;
            byte[] last = new byte[0];
            for (TestRecord<String, CompactFeature> record : records) {
                if (!record.key().equals(sensor)) {
                    continue;
                }
                assertThat(record.value().getFrameId()).isEqualTo(sensor.charAt(0) + "" + number++);
                assertThat(record.value().getBundle().bytes())
                        .isEqualTo(bundle.fingerprint().bytes());
                if (RepeatMark.isRepeatable(record.headers())) {
                    last = record.value().getPayload().array();
                    coded++;
                } else {
                    assertThat(record.value().getPayload().remaining()).isZero();
                    assertThat(RepeatMark.repeatedChecksum(record.headers()))
                            .hasValue(RepeatMark.checksum(ByteBuffer.wrap(last)));
                }
            }
            assertThat(number).isEqualTo(100);
            assertThat(coded).isBetween(sensor.equals("north") ? 2 : 1, 45);
        }
        assertThat(records.stream()
                        .filter(record -> record.value().getFrameId().equals("n50"))
                        .findFirst()
                        .orElseThrow()
                        .value()
                        .getPayload()
                        .array())
                .isEqualTo(compressor
                        .compress(List.of(compressor.prepare(blue)))
                        .payloads()
                        .get(0));
        assertThat(registry.get("featherwire.gate.audits")
                        .tag("answer", "same")
                        .counter()
                        .count())
                .isPositive();
        assertThat(registry.get("featherwire.gate.audits")
                        .tag("answer", "other")
                        .counter()
                        .count())
                .isZero();
    }

    @Test
    void shouldIgnoreGateHeadersOfProducers() {
        // Given
        var forged = new RecordHeaders().add("fw.gate.step", new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 0});

        // When
        images.pipeInput(new TestRecord<>("north", frame("north", "f", TinyBundle.image(1, 2, 3)), forged));

        // Then
        assertThat(topology.await(1).get(0).value().getPayload().hasRemaining()).isTrue();
    }

    @Test
    void shouldDeadLetterUnreadableFramesAndCloseWithoutSimilarFrames() {
        // When
        images.pipeInput("north", "<html>".getBytes(UTF_8));
        for (int i = 0; i < 300; i++) {
            images.pipeInput("north", frame("north", "n" + i, TinyBundle.image(i * 37 % 256, i * 91 % 256, 20)));
        }

        // Then
        List<TestRecord<String, CompactFeature>> records = topology.await(300);
        assertThat(deadLetters.readRecordsToList())
                .extracting(letter -> new String(
                        letter.headers().lastHeader(DeadLetters.REASON).value(), UTF_8))
                .containsExactly("not-avro");
        assertThat(registry.get("featherwire.gate.closed").counter().count()).isEqualTo(2);
        assertThat(records.subList(101, 148))
                .allMatch(record -> record.headers().lastHeader(RepeatMark.HEADER) == null)
                .allMatch(record -> record.value().getPayload().hasRemaining());
    }

    /** Its predictions have no margin. */
    @Test
    void shouldRepeatACodedFrameOfTheStateOfAnEarlierRelease() {
        // Given
        byte[] red = frame("north", "n0", TinyBundle.image(250, 10, 20));
        images.pipeInput("north", red);
        topology.await(1);
        KeyValueStore<Bytes, byte[]> predictions =
                driver.getKeyValueStore(GateStores.names().get(1));
        Bytes north = Bytes.wrap("north".getBytes(UTF_8));
        predictions.put(north, Arrays.copyOf(predictions.get(north), 16));

        // When
        for (int i = 1; i <= 50; i++) {
            images.pipeInput("north", frame("north", "n" + i, TinyBundle.image(249, 11, 20)));
        }

        // Then
        assertThat(topology.await(50))
                .anyMatch(record -> !record.value().getPayload().hasRemaining());
        assertThat(deadLetters.readRecordsToList()).isEmpty();
    }

    @Test
    void shouldHoldABoundedStateOfEachSensor() {
        // When
        for (int sensor = 0; sensor < 50; sensor++) {
            String id = "sensor-" + sensor;
            for (int i = 0; i < 4; i++) {
                images.pipeInput(id, frame(id, "f" + i, TinyBundle.image(i * 60, 90, 140)));
            }
        }
        topology.await(200);

        // Then
        long bytes = 0;
        int entries = 0;
        for (String name : GateStores.names()) {
            KeyValueStore<Object, byte[]> store = driver.getKeyValueStore(name);
            try (var all = store.all()) {
                while (all.hasNext()) {
                    bytes += all.next().value.length;
                    entries++;
                }
            }
        }
        assertThat(entries).isEqualTo(3 * 50);
        assertThat(bytes / 50).isLessThan(3_200);
    }
}
