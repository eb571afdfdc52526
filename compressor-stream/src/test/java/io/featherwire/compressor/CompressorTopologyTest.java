package io.featherwire.compressor;

import static io.featherwire.compressor.CompressorTestDriver.CAPTURED;
import static io.featherwire.compressor.CompressorTestDriver.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.audit.UncompressedResult;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressorTopologyTest {

    private static final AvroSerde<ImageFrame> FRAMES = AvroSerde.of(ImageFrame.class);

    @TempDir
    private Path directory;

    private CompressorTestDriver topology;
    private Bundle bundle;
    private FeatureCompressor compressor;
    private ShadowAudit audit;
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> images;
    private TestOutputTopic<String, byte[]> deadLetters;

    @BeforeEach
    void open() throws Exception {
        topology = new CompressorTestDriver(
                directory, Map.of("batch.size", "4", "batch.linger", "5ms", "audit.share", "0.5"));
        bundle = topology.bundle;
        compressor = topology.compressor;
        audit = topology.audit;
        driver = topology.driver;
        images = topology.images;
        deadLetters = topology.deadLetters;
    }

    @AfterEach
    void close() {
        topology.close();
    }

    @Test
    void shouldCompressEachImageLikeTheCodec() throws Exception {
        // Given
        EncodedImage red = TinyBundle.image(250, 10, 20);
        EncodedImage blue = TinyBundle.image(0, 90, 140);

        // When
        images.pipeInput("north", frame("north", "f1", red));
        images.pipeInput("north", frame("north", "f2", blue));

        // Then
        List<TestRecord<String, CompactFeature>> records = topology.await(2);
        assertThat(records).extracting(TestRecord::key).containsOnly("north");
        assertThat(records).extracting(record -> record.value().getFrameId()).containsExactly("f1", "f2");
        CompactFeature first = records.get(0).value();
        assertThat(first.getCapturedAt()).isEqualTo(CAPTURED);
        assertThat(first.getBundle().bytes()).isEqualTo(bundle.fingerprint().bytes());
        List<byte[]> expected = compressor
                .compress(List.of(compressor.prepare(red), compressor.prepare(blue)))
                .payloads();
        assertThat(first.getPayload().array()).isEqualTo(expected.get(0));
        assertThat(records.get(1).value().getPayload().array()).isEqualTo(expected.get(1));
        assertThat(records.get(0).getRecordTime()).isAfter(CAPTURED);
    }

    @Test
    void shouldAddTheUncompressedPredictionToAShareOfTheFrames() {
        // Given
        EncodedImage green = TinyBundle.image(10, 250, 20);

        // When
        for (int n = 0; n < 64; n++) {
            images.pipeInput("north", frame("north", "f" + n, green));
        }

        // Then
        List<TestRecord<String, CompactFeature>> records = topology.await(64);
        int audited = 0;
        for (TestRecord<String, CompactFeature> record : records) {
            Optional<UncompressedResult> result = UncompressedResult.from(record.headers());
            assertThat(result.isPresent())
                    .isEqualTo(audit.isAudited("north", record.value().getFrameId()));
            audited += result.isPresent() ? 1 : 0;
            result.ifPresent(output -> {
                assertThat(output.classIndex()).isEqualTo(1);
                assertThat(output.imageBytes()).isEqualTo(green.bytes().length);
            });
        }
        assertThat(audited).isBetween(16, 48);
    }

    @Test
    void shouldSendEveryKindOfBadRecordToTheDeadLettersWholeAndCompressTheRest() {
        // Given
        EncodedImage good = TinyBundle.image(1, 2, 3);
        byte[] noAvro = "<html>".getBytes(UTF_8);
        byte[] noJpeg = frameOf("s", "bad-jpeg", ImageEncoding.JPEG, 0, 0, "<html>".getBytes(UTF_8));
        byte[] short8 = frameOf("s", "short", ImageEncoding.RGB8, 8, 8, new byte[5]);
        byte[] foreign = frame("other", "foreign", good);

        // When
        images.pipeInput("s", frame("s", "f1", good));
        for (byte[] bad : List.of(noAvro, noJpeg, short8, foreign)) {
            images.pipeInput("s", bad);
        }
        images.pipeInput("s", (byte[]) null);
        images.pipeInput(null, frame("s", "no-key", good));
        images.pipeInput("s", frame("s", "f2", good));

        // Then
        assertThat(topology.await(2))
                .extracting(record -> record.value().getFrameId())
                .containsExactly("f1", "f2");
        List<TestRecord<String, byte[]>> dead = deadLetters.readRecordsToList();
        assertThat(dead.subList(0, 4)).extracting(TestRecord::value).containsExactly(noAvro, noJpeg, short8, foreign);
        assertThat(dead)
                .extracting(letter -> header(letter, DeadLetters.STAGE) + "/" + header(letter, DeadLetters.REASON))
                .containsExactly(
                        "decode-record/not-avro",
                        "decode-image/unknown-format",
                        "decode-image/wrong-length",
                        "decode-record/key-not-sensor",
                        "decode-record/empty",
                        "decode-record/key-not-sensor");
        assertThat(dead)
                .extracting(letter -> header(letter, DeadLetters.OFFSET))
                .containsExactly("1", "2", "3", "4", "5", "6");
    }

    @Test
    void shouldReadAndWriteOnlyTheTopicsConfigured() {
        assertThat(driver.producedTopicNames()).isSubsetOf(Set.of("features", "dead-letters"));
    }

    private static byte[] frameOf(
            String sensor, String id, ImageEncoding encoding, int width, int height, byte[] bytes) {
        return FRAMES.encode(new ImageFrame(id, sensor, CAPTURED, encoding, width, height, ByteBuffer.wrap(bytes)));
    }

    private static String header(TestRecord<String, byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }
}
