package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleWriter;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.runtime.GateSettings;
import io.featherwire.runtime.PayloadTargets;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.gate.RepeatMark;
import io.featherwire.schemas.quality.CoarserMark;
import io.featherwire.schemas.serde.AvroSerde;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LowerQualityTest {

    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);

    @TempDir
    private Path directory;

    @Test
    void shouldEncodeInFewerBytesAndMarkTheRecordsWhileTheOutboxFills() throws Exception {
        // Given
        var step = new AtomicInteger(3);
        QualityLevels levels = levels("entropy");
        levels.setStepSource(step::get);
        try (PayloadPublisher publisher = publisher(levels, null)) {
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
    void shouldUseABundleForEachStepAndNameItInItsRecords() throws Exception {
        // Given
        Bundle full = TinyBundle.write(bundle());
        List<Bundle> coarser = coarser();
        var step = new AtomicInteger();
        QualityLevels levels = levels("entropy", coarser);
        levels.setStepSource(step::get);
        try (PayloadPublisher publisher = publisher(levels, null)) {
            // When
            List<ProducerRecord<String, byte[]>> first = publish(publisher, 32);
            // Then
            assertThat(first).allMatch(record -> isOf(record, full) && CoarserMark.step(record.headers()) == 0);
            int before = bytes(first);
            for (int i = 1; i <= 3; i++) {
                step.set(i);
                List<ProducerRecord<String, byte[]>> records = publish(publisher, 32);
                int used = Math.min(i, 2);
                Bundle bundle = coarser.get(used - 1);
                assertThat(records)
                        .allMatch(record -> isOf(record, bundle) && CoarserMark.step(record.headers()) == used);
                assertThat(bytes(records)).isLessThan(i < 3 ? before : before + 1);
                assertThat(same(predictions(bundle, records), predictions(full, first)))
                        .isGreaterThan(25);
                before = bytes(records);
            }
            step.set(0);
            assertThat(bytes(publish(publisher, 32))).isEqualTo(bytes(first));
        }
    }

    @Test
    void shouldNameInARepeatTheBundleOfTheRepeatedFrame() throws Exception {
        // Given
        TinyBundle.write(bundle());
        List<Bundle> coarser = coarser();
        var step = new AtomicInteger();
        QualityLevels levels = levels("entropy", coarser);
        levels.setStepSource(step::get);
        EdgeGate gate =
                edge("entropy").openGate(new GateSettings(3, 0, 0.5, 250), paths(coarser), new SimpleMeterRegistry());
        try (PayloadPublisher publisher = publisher(levels, gate)) {
            List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                // Full quality, then another colour at the second step.
                step.set(i < 4 ? 0 : 2);
                var image = TinyBundle.image(i < 4 ? 200 : 20, i < 4 ? 20 : 200, 20);
                publisher.publish(
                        new CapturedImage("gate", "f" + i, Instant.EPOCH, image, new RecordHeaders()), records::add);
                publisher.flush(records::add);
            }
            // Then
            List<ProducerRecord<String, byte[]>> repeats = records.subList(4, 12).stream()
                    .filter(record ->
                            RepeatMark.repeatedChecksum(record.headers()).isPresent())
                    .toList();
            assertThat(repeats).isNotEmpty().allMatch(record -> isOf(record, coarser.get(1)));
        }
    }

    @Test
    void shouldRefuseABundleOfAnotherNetwork() throws Exception {
        TinyBundle.write(bundle());
        Path other = directory.resolve("stored");
        Files.createDirectories(other);
        TinyBundle.writeGraphs(other);
        Files.copy(bundle().resolve(Bundle.TABLES), other.resolve(Bundle.TABLES));
        Bundle stored = BundleWriter.write(other, TinyBundle.manifestOfBefore("stored"));
        assertThatThrownBy(() -> levels("entropy", List.of(stored)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("outbox.coarser.bundles")
                .hasMessageContaining("stored");
    }

    @Test
    void shouldRejectCoarserForPayloadModesOfOneQuality() throws Exception {
        try (QualityLevels levels = levels("u8")) {
            assertThatThrownBy(() -> levels.setStepSource(() -> 0))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("outbox.full=coarser")
                    .hasMessageContaining("mode u8");
        }
    }

    @Test
    void shouldTargetSharesOfTheSizeAtFullQuality() {
        var targets = new CoarserTargets(new PayloadTargets(500, Map.of()));
        targets.setStepSource(() -> 2);
        assertThat(targets.nextStep()).isZero();
        assertThat(targets.targetBytes("gate")).isEqualTo(500);
        targets.addSizes(List.of("gate", "yard"), List.of(new byte[80], new byte[100]));
        assertThat(targets.nextStep()).isEqualTo(2);
        assertThat(targets.targetBytes("gate")).isEqualTo(45);
    }

    @Test
    void shouldTargetSharesOfTheMeanSizeOfEachSensorWithItsOwnTarget() {
        var targets = new CoarserTargets(new PayloadTargets(500, Map.of("gate", 32, "door", 20, "roof", 0)));
        targets.setStepSource(() -> 2);
        assertThat(targets.nextStep()).isZero();
        assertThat(List.of(targets.targetBytes("gate"), targets.targetBytes("yard"), targets.targetBytes("roof")))
                .containsExactly(32, 500, 0);
        targets.addSizes(
                List.of("gate", "yard", "gate", "hall"),
                List.of(new byte[30], new byte[90], new byte[32], new byte[110]));
        assertThat(targets.nextStep()).isEqualTo(2);
        // The means are 31 for the gate, 100 for sensors without a target of their own, and 65.5 for all payloads.
        assertThat(targets.targetBytes("gate")).isEqualTo(16);
        assertThat(targets.targetBytes("yard"))
                .isEqualTo(targets.targetBytes("new"))
                .isEqualTo(50);
        assertThat(targets.targetBytes("door")).isEqualTo(10);
        assertThat(targets.targetBytes("roof")).isEqualTo(33);
        assertThat(targets.fullTargetBytes("gate")).isEqualTo(32);
    }

    @Test
    void shouldLimitThePayloadsOfASensorToItsTargetInABatchOfSeveralSensors() throws Exception {
        // Given
        TinyBundle.write(bundle());
        EdgeConfig limited = edge(Map.of("payload.bytes.target", "6", "payload.bytes.target.sensors", "gate=4,yard=0"));
        List<String> sensors = List.of("gate", "yard", "other");
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        try (FeatureCompressor compressor = FeatureCompressor.open(
                        Bundle.load(bundle()), Device.CPU, FeatureCompressor.Options.DEFAULT.withSearch(false));
                PayloadPublisher publisher = publisher(limited.open(1 << 20), null)) {
            List<float[]> images = new ArrayList<>();
            var random = new Random(7);
            for (int i = 0; i < 30; i++) {
                var image = TinyBundle.image(random.nextInt(256), random.nextInt(256), random.nextInt(256));
                images.add(compressor.prepare(image));
                // When
                publisher.publish(
                        new CapturedImage(sensors.get(i % 3), "f" + i, Instant.EPOCH, image, new RecordHeaders()),
                        records::add);
            }
            assertThat(records).as("one batch").isEmpty();
            publisher.flush(records::add);
            // Then
            List<byte[]> without = compressor.compress(images).payloads();
            int changed = 0;
            for (int i = 0; i < 30; i++) {
                byte[] payload = payload(records.get(i));
                assertThat(payload)
                        .isEqualTo(compressor
                                .compress(
                                        images.subList(i, i + 1),
                                        List.of(4, 0, 6).get(i % 3))
                                .payloads()
                                .get(0));
                changed += Arrays.equals(payload, without.get(i)) ? 0 : 1;
            }
            assertThat(changed).isGreaterThan(3);
        }
    }

    @Test
    void shouldKeepTheTargetsOfSensorsForBundlesOfLowerQuality() throws Exception {
        // Given
        TinyBundle.write(bundle());
        Bundle coarse = TinyBundle.write(directory.resolve("second"), "second");
        var step = new AtomicInteger();
        EdgeConfig limited = edge(Map.of("payload.bytes.target.sensors", "gate=4"));
        QualityLevels levels = limited.open(1 << 20, List.of(coarse.directory()));
        levels.setStepSource(step::get);
        try (PayloadPublisher publisher = publisher(levels, null)) {
            // When
            List<ProducerRecord<String, byte[]>> full = publish(publisher, 32);
            step.set(1);
            List<ProducerRecord<String, byte[]>> lower = publish(publisher, 32);
            // Then: the second bundle has the same network and symbols
            assertThat(lower).allMatch(record -> isOf(record, coarse));
            assertThat(lower.stream().map(LowerQualityTest::payload).toList())
                    .usingElementComparator(Arrays::compare)
                    .isEqualTo(full.stream().map(LowerQualityTest::payload).toList());
        }
    }

    private static List<ProducerRecord<String, byte[]>> publish(PayloadPublisher publisher, int images) {
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        var random = new Random(7);
        for (int i = 0; i < images; i++) {
            var image = TinyBundle.image(random.nextInt(256), random.nextInt(256), random.nextInt(256));
            publisher.publish(
                    new CapturedImage("gate", "f" + i, Instant.EPOCH, image, new RecordHeaders()), records::add);
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

    /** Two bundles with fewer symbols, of which the second has fewer than the first. */
    private List<Bundle> coarser() throws Exception {
        return List.of(
                TinyBundle.writeCoarse(directory.resolve("coarser"), "coarser", 0.25f),
                TinyBundle.writeCoarse(directory.resolve("coarsest"), "coarsest", 0.5f));
    }

    private static boolean isOf(ProducerRecord<String, byte[]> record, Bundle bundle) {
        return Arrays.equals(
                FEATURES.decode(record.value()).getBundle().bytes(),
                bundle.fingerprint().bytes());
    }

    private static List<Integer> predictions(Bundle bundle, List<ProducerRecord<String, byte[]>> records)
            throws Exception {
        try (var classifier = PayloadClassifier.open(bundle, Device.CPU, PayloadClassifier.Options.DEFAULT)) {
            List<float[]> codes = new ArrayList<>();
            for (ProducerRecord<String, byte[]> record : records) {
                codes.add(classifier.decode(payload(record)));
            }
            return classifier.classify(codes).stream()
                    .map(Prediction::classIndex)
                    .toList();
        }
    }

    private static byte[] payload(ProducerRecord<String, byte[]> record) {
        ByteBuffer payload = FEATURES.decode(record.value()).getPayload();
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }

    private static long same(List<Integer> some, List<Integer> others) {
        assertThat(some).hasSameSizeAs(others);
        return IntStream.range(0, some.size())
                .filter(i -> some.get(i).equals(others.get(i)))
                .count();
    }

    private static List<Path> paths(List<Bundle> bundles) {
        return bundles.stream().map(Bundle::directory).toList();
    }

    private Path bundle() {
        return directory.resolve("bundle");
    }

    private EdgeConfig edge(String mode) {
        return edge(Map.of("payload.mode", mode));
    }

    private EdgeConfig edge(Map<String, String> settings) {
        var sources = ConfigSources.of(Map.of("bundle", bundle().toString(), "payload.rdoq", "false"))
                .with(settings);
        return EdgeConfig.from(sources.read(EdgeConfig.settings()));
    }

    private QualityLevels levels(String mode) throws Exception {
        TinyBundle.write(bundle());
        return levels(mode, List.of());
    }

    private QualityLevels levels(String mode, List<Bundle> coarser) {
        return edge(mode).open(1 << 20, paths(coarser));
    }

    private PayloadPublisher publisher(QualityLevels levels, @Nullable EdgeGate gate) {
        return new PayloadPublisher(
                levels,
                edge("entropy"),
                "images",
                AvroSerde.of(ImageFrame.class),
                AvroSerde.of(CompactFeature.class),
                gate);
    }
}
