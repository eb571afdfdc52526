package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.quality.CoarserMark;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LowerQualityTest {

    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);

    @TempDir
    private Path directory;

    @Test
    void shouldEncodeInFewerBytesAndSaySoWhileTheOutboxAsksForIt() throws Exception {
        // Given
        var step = new AtomicInteger(3);
        try (PayloadPublisher publisher = publisher("entropy")) {
            publisher.lowerQualityBy(step::get);
            // When
            List<ProducerRecord<String, byte[]>> unknown = publish(publisher, 32);
            List<ProducerRecord<String, byte[]>> coarse = publish(publisher, 32);
            step.set(0);
            List<ProducerRecord<String, byte[]>> full = publish(publisher, 32);
            // Then: what full quality takes is seen first
            assertThat(unknown).allMatch(record -> CoarserMark.step(record.headers()) == 0);
            assertThat(coarse).allMatch(record -> CoarserMark.step(record.headers()) == 3);
            assertThat(full).allMatch(record -> record.headers().toArray().length == 0);
            assertThat(bytes(coarse)).isLessThan(bytes(unknown));
            assertThat(bytes(full)).isEqualTo(bytes(unknown));
        }
    }

    @Test
    void shouldRefuseToLowerTheQualityOfPayloadsThatHaveNone() throws Exception {
        try (PayloadPublisher publisher = publisher("u8")) {
            assertThatThrownBy(() -> publisher.lowerQualityBy(() -> 0))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("outbox.full=coarser")
                    .hasMessageContaining("mode u8");
        }
    }

    @Test
    void shouldTakeSharesOfWhatFullQualityTakes() {
        var targets = new CoarserTargets(500);
        targets.lowerBy(() -> 2);
        assertThat(targets.nextStep()).isZero();
        assertThat(targets.bytes()).isEqualTo(500);
        targets.saw(List.of(new byte[80], new byte[100]));
        assertThat(targets.nextStep()).isEqualTo(2);
        assertThat(targets.bytes()).isEqualTo(45);
    }

    private static List<ProducerRecord<String, byte[]>> publish(PayloadPublisher publisher, int images) {
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        var random = new Random(7);
        for (int i = 0; i < images; i++) {
            var image = TinyBundle.image(random.nextInt(256), random.nextInt(256), random.nextInt(256));
            publisher.take(new CapturedImage("gate", "f" + i, Instant.EPOCH, image, new RecordHeaders()), records::add);
        }
        publisher.flush(records::add);
        assertThat(records).hasSize(images);
        return records;
    }

    private static int bytes(List<ProducerRecord<String, byte[]>> records) {
        return records.stream()
                .mapToInt(record -> FEATURES.decode(record.value()).getPayload().remaining())
                .sum();
    }

    private PayloadPublisher publisher(String mode) throws Exception {
        TinyBundle.write(directory);
        var sources =
                ConfigSources.of(Map.of("bundle", directory.toString(), "payload.mode", mode, "payload.rdoq", "false"));
        EdgeConfig edge = EdgeConfig.from(sources.read(EdgeConfig.settings()));
        CoarserTargets targets = edge.targets();
        return new PayloadPublisher(
                edge.open(1 << 20, targets),
                targets,
                edge,
                "images",
                AvroSerde.of(ImageFrame.class),
                AvroSerde.of(CompactFeature.class),
                null);
    }
}
