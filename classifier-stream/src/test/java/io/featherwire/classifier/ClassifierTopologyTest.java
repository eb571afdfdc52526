package io.featherwire.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.codec.HeadClassifier;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.HeadKind;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.codec.testing.TinyHead;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.audit.HeadResults;
import io.featherwire.schemas.audit.UncompressedResult;
import io.featherwire.schemas.gate.RepeatMark;
import io.featherwire.schemas.serde.AvroSerde;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClassifierTopologyTest {
    private static final Instant NOW = Instant.now();

    @TempDir
    private Path directory;

    private ClassifierTestDriver classifier;
    private Bundle bundle;
    private List<byte[]> payloads;
    private HeadRegistry heads;
    private SimpleMeterRegistry registry;
    private BundleRegistry bundleRegistry;
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> features;
    private TestInputTopic<String, byte[]> labels;
    private TestOutputTopic<String, Classification> classifications;
    private TestOutputTopic<String, AccuracySnapshot> accuracy;
    private TestOutputTopic<String, byte[]> deadLetters;

    @BeforeEach
    void open() throws Exception {
        classifier = new ClassifierTestDriver(directory, NOW, Map.of("batch.size", "4", "batch.linger", "5ms"));
        bundle = classifier.bundle;
        payloads = TestRecords.payloads(bundle);
        heads = classifier.heads;
        registry = classifier.registry;
        bundleRegistry = classifier.bundles;
        driver = classifier.driver;
        features = driver.createInputTopic("features", new StringSerializer(), new ByteArraySerializer());
        labels = driver.createInputTopic("labels", new StringSerializer(), new ByteArraySerializer());
        classifications = driver.createOutputTopic(
                "classifications",
                new StringDeserializer(),
                AvroSerde.of(Classification.class).deserializer());
        accuracy = driver.createOutputTopic(
                "accuracy",
                new StringDeserializer(),
                AvroSerde.of(AccuracySnapshot.class).deserializer());
        deadLetters = driver.createOutputTopic("dead-letters", new StringDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void close() {
        classifier.close();
    }

    @Test
    void shouldClassifyEachFeature() {
        // When
        feature("north", "f1", 2);
        feature("south", "f2", 1);

        // Then
        var records = await(2);
        assertThat(records).extracting(TestRecord::key).containsExactly("north", "south");
        var first = records.get(0).value();
        assertThat(first.getFrameId()).isEqualTo("f1");
        assertThat(first.getSensorId()).isEqualTo("north");
        assertThat(first.getLabel()).isEqualTo("blue");
        assertThat(first.getProbability()).isGreaterThan(0.5f);
        assertThat(first.getTopK()).hasSize(2);
        assertThat(first.getTopK().get(0).getLabel()).isEqualTo("blue");
        assertThat(first.getTopK().get(0).getProbability()).isEqualTo(first.getProbability());
        assertThat(first.getBundle().bytes()).isEqualTo(bundle.fingerprint().bytes());
        assertThat(first.getPayloadBytes()).isEqualTo(payloads.get(2).length);
        assertThat(first.getCapturedAt()).isEqualTo(Instant.ofEpochMilli(NOW.toEpochMilli()));
        assertThat(records.get(1).value().getLabel()).isEqualTo("green");
    }

    @Test
    void shouldClassifyARepeatLikeTheRepeatedFrameAndDeadLetterUnknownRepeats() {
        // Given
        int blue = RepeatMark.checksum(ByteBuffer.wrap(payloads.get(2)));
        int green = RepeatMark.checksum(ByteBuffer.wrap(payloads.get(1)));

        // When
        repeat("north", "too-early", blue);
        marked("north", "f1", 2, RepeatMark::addRepeatable);
        repeat("north", "r1", blue);
        repeat("south", "of-another-sensor", blue);
        repeat("north", "r2", blue);
        marked("north", "f2", 1, RepeatMark::addRepeatable);
        repeat("north", "of-what-is-gone", blue);
        feature("north", "no-gate", 0);
        repeat("north", "r3", green);

        // Then
        assertThat(await(6))
                .extracting(record ->
                        record.value().getFrameId() + " " + record.value().getLabel())
                .containsExactly("f1 blue", "r1 blue", "r2 blue", "f2 green", "no-gate red", "r3 green");
        var dead = deadLetters.readRecordsToList();
        assertThat(dead)
                .extracting(letter -> header(letter, DeadLetters.REASON))
                .containsExactly("unknown-repeat", "unknown-repeat", "unknown-repeat");
        // Bytes that were sent.
        assertThat(snapshots().get(bundle.fingerprint().hex() + "/total").getPayloadBytes())
                .isEqualTo((long) payloads.get(0).length + payloads.get(1).length + payloads.get(2).length);
    }

    private void repeat(String sensor, String frame, int checksum) {
        var headers = new RecordHeaders();
        RepeatMark.addRepeat(headers, checksum);
        features.pipeInput(
                new TestRecord<>(sensor, TestRecords.feature(frame, bundle, new byte[0], NOW), headers, NOW));
    }

    private void marked(String sensor, String frame, int classIndex, Consumer<Headers> mark) {
        var headers = new RecordHeaders();
        mark.accept(headers);
        features.pipeInput(new TestRecord<>(
                sensor, TestRecords.feature(frame, bundle, payloads.get(classIndex), NOW), headers, NOW));
    }

    @Test
    void shouldPublishThePredictionsOfFurtherHeads() throws Exception {
        // Given
        var head = TinyHead.write(directory.resolve("warmth"), bundle, "warmth");
        heads.put(head.directory(), HeadClassifier.open(head, bundle, Device.CPU, 4, OnnxOptions.DEFAULT));

        // When
        feature("north", "f1", 2);
        var records = await(2);
        heads.remove(head.directory());
        feature("north", "f2", 2);

        // Then
        assertThat(records).extracting(record -> record.value().getLabel()).containsExactly("blue", "cold");
        assertThat(records).extracting(record -> record.value().getHead()).containsExactly(null, "warmth");
        assertThat(records.get(1).value().getHeadFingerprint().bytes())
                .isEqualTo(head.fingerprint().bytes());
        assertThat(records.get(1).value().getFrameId()).isEqualTo("f1");
        assertThat(await(1)).extracting(record -> record.value().getHead()).containsExactly((String) null);
        assertThat(snapshots().get("0000000000000000/total").getClassified()).isEqualTo(2);
    }

    @Test
    void shouldCountEachHeadByTheLabelsThatAreForIt() throws Exception {
        // Given
        var head = TinyHead.write(directory.resolve("warmth"), bundle, "warmth");
        heads.put(head.directory(), HeadClassifier.open(head, bundle, Device.CPU, 4, OnnxOptions.DEFAULT));

        // When: labels before the frame and after it, of the own head's classes, of the other's, of both and of none
        label("s", "f1", "blue");
        label("s", "f1", "cold");
        label("s", "f2", "fresh");
        labels.pipeInput("s", TestRecords.label("f2", "zebra", NOW));
        feature("s", "f1", 2);
        feature("s", "f2", 0);
        feature("s", "f3", 1);
        await(6);
        label("s", "f3", "green");
        label("s", "f3", "warm", "warmth");
        labels.pipeInput("s", TestRecords.label("f3", "fresh", NOW, "another"));
        labels.pipeInput("s", TestRecords.label("f3", "red", NOW, "warmth"));

        // Then
        var own = snapshots().get(bundle.fingerprint().hex() + "/total");
        assertThat(own.getHead()).isNull();
        assertThat(own.getClassified()).isEqualTo(3);
        assertThat(own.getMatched()).isEqualTo(2);
        assertThat(own.getCorrect()).isEqualTo(2);
        var warmth = snapshots().get(head.fingerprint().hex() + "/total");
        assertThat(warmth.getHead()).isEqualTo("warmth");
        assertThat(warmth.getTrunk().bytes()).isEqualTo(bundle.fingerprint().bytes());
        assertThat(warmth.getClasses()).isEqualTo(TinyHead.CLASSES);
        assertThat(warmth.getClassified()).isEqualTo(3);
        assertThat(warmth.getMatched()).isEqualTo(3);
        assertThat(warmth.getCorrect()).isEqualTo(1);
        assertThat(warmth.getConfusion()).containsExactly(0L, 1L, 0L, 1L, 0L, 0L, 0L, 0L, 1L);
        var all = snapshots().get("0000000000000000/total");
        assertThat(all.getClassified()).isEqualTo(3);
        assertThat(all.getMatched()).isEqualTo(2);
        assertThat(all.getTrunk()).isNull();
        assertThat(deadLetters.readRecordsToList())
                .extracting(record -> header(record, DeadLetters.REASON))
                .containsExactly("unknown-label", "unknown-label", "unknown-label");
        assertThat(registry.get("featherwire.head.answers")
                        .tag("name", "warmth")
                        .counter()
                        .count())
                .isEqualTo(3);
    }

    @Test
    void shouldWriteThePredictionsOfOtherKindsOfHeads() throws Exception {
        // Given
        for (HeadKind kind : List.of(HeadKind.EMBEDDING, HeadKind.MULTI_LABEL, HeadKind.REGRESSION)) {
            var head = TinyHead.write(directory.resolve(kind.text()), bundle, kind.text(), kind);
            heads.put(head.directory(), HeadClassifier.open(head, bundle, Device.CPU, 4, OnnxOptions.DEFAULT));
        }

        // When
        feature("s", "f1", 2);
        var records = await(4).stream().map(TestRecord::value).toList();

        // Then
        assertThat(records)
                .extracting(Classification::getKind)
                .containsExactly("classification", "embedding", "multi-label", "regression");
        var own = records.get(0);
        assertThat(own.getLabels()).isEmpty();
        assertThat(own.getValues()).isEmpty();
        var embedding = records.get(1);
        assertThat(embedding.getLabel()).isEmpty();
        assertThat(embedding.getTopK()).isEmpty();
        assertThat(embedding.getValues().stream().mapToDouble(v -> v * v).sum()).isCloseTo(1, within(1e-5));
        var multi = records.get(2);
        assertThat(multi.getLabel()).isEqualTo("cold");
        assertThat(multi.getLabels()).isNotEmpty().first().isEqualTo("cold");
        assertThat(multi.getProbability()).isEqualTo(multi.getTopK().get(0).getProbability());
        var regression = records.get(3);
        assertThat(regression.getValueNames()).isEqualTo(TinyHead.CLASSES);
        assertThat(regression.getValues()).hasSize(3);
        assertThat(snapshots())
                .doesNotContainKey("%s/total"
                        .formatted(HexFormat.of()
                                .formatHex(regression.getHeadFingerprint().bytes())));
    }

    @Test
    void shouldCountLabelsInAnyOrder() {
        // Given
        label("s", "early", "red");
        feature("s", "early", 0);
        feature("s", "wrong", 0);
        feature("s", "corrected", 1);
        feature("s", "unlabelled", 2);
        await(4);

        // When
        label("s", "wrong", "green");
        label("s", "corrected", "red");
        label("s", "corrected", "green");
        label("s", "corrected", "green");
        label("s", "without-prediction", "red");

        // Then
        var total = snapshots().get(bundle.fingerprint().hex() + "/total");
        assertThat(total.getClassified()).isEqualTo(4);
        assertThat(total.getMatched()).isEqualTo(3);
        assertThat(total.getCorrect()).isEqualTo(2);
        assertThat(total.getLabelCorrected()).isEqualTo(1);
        assertThat(total.getClasses()).containsExactly("red", "green", "blue");
        assertThat(total.getConfusion()).containsExactly(1L, 0L, 0L, 1L, 1L, 0L, 0L, 0L, 0L);
        assertThat(total.getPayloadBytes())
                .isEqualTo(2L * payloads.get(0).length + payloads.get(1).length + payloads.get(2).length);
        var all = snapshots().get("0000000000000000/total");
        assertThat(all.getMatched()).isEqualTo(3);
        assertThat(all.getLabelPending()).isEqualTo(1);
    }

    @Test
    void shouldGiveUpAfterTheWaitAndTellLateLabels() {
        // Given
        feature("s", "f1", 0);
        feature("s", "f2", 0);
        label("s", "nobody", "red");
        await(2);
        label("s", "f1", "red");

        // When
        driver.advanceWallClockTime(Duration.ofMinutes(16));
        label("s", "f2", "red");

        // Then
        var all = snapshots().get("0000000000000000/total");
        assertThat(all.getMatched()).isEqualTo(1);
        assertThat(all.getLabelNever()).isEqualTo(1);
        assertThat(all.getLabelLate()).isEqualTo(1);
        assertThat(all.getLabelWithoutPrediction()).isEqualTo(1);
        assertThat(all.getLabelPending()).isZero();
        assertThat(snapshots().get("0000000000000000/PT5M").getClassified()).isZero();
        assertThat(snapshots().get("0000000000000000/PT1H").getClassified()).isEqualTo(2);
        assertThat(snapshots().get("0000000000000000/last-1000").getCorrect()).isEqualTo(1);
    }

    @Test
    void shouldCountARepeatedFrameOnce() {
        // When
        feature("s", "f1", 0);
        feature("s", "f1", 0);
        await(2);
        label("s", "f1", "red");
        label("s", "f1", "red");

        // Then
        var total = snapshots().get("0000000000000000/total");
        assertThat(total.getClassified()).isEqualTo(1);
        assertThat(total.getMatched()).isEqualTo(1);
    }

    @Test
    void shouldUseThePartWithTheHigherOffsetWhateverItsTime() {
        // Given a part by a clock that is a day ahead, then the next one by the right clock
        var parts = driver.createInputTopic("accuracy-parts", new StringSerializer(), new ByteArraySerializer());
        parts.pipeInput("5/0000000000000000/total", part(10, NOW.plus(Duration.ofDays(1))));
        assertThat(snapshots().get("0000000000000000/total").getClassified()).isEqualTo(10);

        // When
        parts.pipeInput("5/0000000000000000/total", part(20, NOW));

        // Then
        assertThat(snapshots().get("0000000000000000/total").getClassified()).isEqualTo(20);
    }

    private static byte[] part(long classified, Instant emittedAt) {
        return AvroSerde.of(AccuracySnapshot.class)
                .encode(AccuracySnapshot.newBuilder()
                        .setBundle(new Fingerprint(new byte[8]))
                        .setWindow("total")
                        .setEmittedAt(emittedAt)
                        .setClassified(classified)
                        .setMatched(0)
                        .setCorrect(0)
                        .setLabelCorrected(0)
                        .setLabelLate(0)
                        .setLabelNever(0)
                        .setLabelWithoutPrediction(0)
                        .setLabelDelayMsMean(0)
                        .setClasses(List.of())
                        .setConfusion(List.of())
                        .build());
    }

    @Test
    void shouldMeasureTheLossByCompressionOnAuditedFrames() {
        // Given
        audited("f1", 0, 0);
        audited("f2", 1, 2);
        feature("s", "f3", 2);
        await(3);

        // When
        label("s", "f1", "red");
        label("s", "f2", "blue");
        label("s", "f3", "blue");

        // Then
        var total = snapshots().get("0000000000000000/total");
        assertThat(total.getAudited()).isEqualTo(2);
        assertThat(total.getAuditAgreed()).isEqualTo(1);
        assertThat(total.getAuditMatched()).isEqualTo(2);
        assertThat(total.getAuditCorrect()).isEqualTo(1);
        assertThat(total.getAuditUncompressedCorrect()).isEqualTo(2);
        assertThat(total.getAuditBothCorrect()).isEqualTo(1);
        assertThat(total.getAuditImageBytes()).isEqualTo(2 * 1_234);
    }

    @Test
    void shouldMeasureTheLossByCompressionForEachHead() throws Exception {
        // Given
        var head = TinyHead.write(directory.resolve("warmth"), bundle, "warmth");
        heads.put(head.directory(), HeadClassifier.open(head, bundle, Device.CPU, 4, OnnxOptions.DEFAULT));
        String name = head.fingerprint().hex();

        // When: one frame where both paths agree, one where not, one with a class that there is not, one without
        auditedBy("f1", 2, Map.of(name, 2));
        auditedBy("f2", 2, Map.of(name, 1));
        auditedBy("f3", 2, Map.of(name, 3));
        auditedBy("f4", 2, Map.of("0123456789abcdef", 1));
        await(8);
        label("s", "f1", "cold");
        label("s", "f2", "fresh");

        // Then
        var total = snapshots().get(name + "/total");
        assertThat(total.getAudited()).isEqualTo(2);
        assertThat(total.getAuditAgreed()).isEqualTo(1);
        assertThat(total.getAuditMatched()).isEqualTo(2);
        assertThat(total.getAuditCorrect()).isEqualTo(1);
        assertThat(total.getAuditUncompressedCorrect()).isEqualTo(2);
        assertThat(snapshots().get("0000000000000000/total").getAudited()).isEqualTo(4);
    }

    private void auditedBy(String frame, int classIndex, Map<String, Integer> further) {
        var headers = new RecordHeaders();
        new UncompressedResult(classIndex, 0.9f, 1_234).addTo(headers);
        new HeadResults(further).addTo(headers);
        features.pipeInput(
                new TestRecord<>("s", TestRecords.feature(frame, bundle, payloads.get(classIndex), NOW), headers, NOW));
    }

    @Test
    void shouldSendBadRecordsWholeToTheDeadLettersAndClassifyTheRest() {
        // Given
        byte[] noAvro = "<html>".getBytes(UTF_8);
        byte[] stranger = TestRecords.feature("f", new byte[8], payloads.get(0), NOW);
        byte[] cut = TestRecords.feature("f", bundle, new byte[] {8, 1, 2}, NOW);
        byte[] unknownLabel = TestRecords.label("f1", "zebra", NOW);

        // When
        feature("s", "f1", 0);
        features.pipeInput("s", noAvro);
        features.pipeInput("s", stranger);
        features.pipeInput("s", cut);
        features.pipeInput("s", (byte[]) null);
        features.pipeInput(null, TestRecords.feature("f", bundle, payloads.get(0), NOW));
        feature("s", "f2", 1);
        await(2);
        labels.pipeInput("s", noAvro);
        labels.pipeInput("s", unknownLabel);
        labels.pipeInput(null, TestRecords.label("f1", "red", NOW));

        // Then
        var dead = deadLetters.readRecordsToList();
        assertThat(dead)
                .extracting(record -> header(record, DeadLetters.STAGE) + ":" + header(record, DeadLetters.REASON))
                .containsExactly(
                        "decode-record:not-avro",
                        "find-bundle:unknown-bundle",
                        "decode-payload:wrong-length",
                        "decode-record:no-value",
                        "decode-record:no-sensor",
                        "decode-record:not-avro",
                        "join-label:unknown-label",
                        "decode-record:no-sensor");
        assertThat(dead.get(0).value()).isEqualTo(noAvro);
        assertThat(dead.get(1).value()).isEqualTo(stranger);
        assertThat(header(dead.get(1), DeadLetters.MESSAGE))
                .contains("0000000000000000")
                .contains(bundle.fingerprint().hex());
        assertThat(dead.get(6).value()).isEqualTo(unknownLabel);
        assertThat(snapshots().get("0000000000000000/total").getClassified()).isEqualTo(2);
    }

    @Test
    void shouldRejectALabelOfAnUnknownClassBeforeAndAfterItsFrame() throws Exception {
        // Given
        byte[] early = TestRecords.label("early", "zebra", NOW);

        // When: no bundle here when the label comes
        bundleRegistry.close();
        labels.pipeInput("s", TestRecords.label("early", "green", NOW));
        labels.pipeInput("s", early);
        bundleRegistry.add(PayloadClassifier.open(bundle, Device.CPU, PayloadClassifier.Options.DEFAULT));
        feature("s", "early", 1);
        feature("s", "late", 1);
        await(2);
        label("s", "late", "green");
        labels.pipeInput("s", TestRecords.label("late", "zebra", NOW));

        // Then
        var dead = deadLetters.readRecordsToList();
        assertThat(dead)
                .extracting(record -> header(record, DeadLetters.STAGE) + ":" + header(record, DeadLetters.REASON))
                .containsExactly("join-label:unknown-label", "join-label:unknown-label");
        assertThat(dead.get(0).value()).isEqualTo(early);
        assertThat(header(dead.get(0), DeadLetters.OFFSET)).isEqualTo("1");
        var total = snapshots().get("0000000000000000/total");
        assertThat(total.getMatched()).isEqualTo(2);
        assertThat(total.getCorrect()).isEqualTo(2);
        assertThat(total.getLabelCorrected()).isZero();
    }

    @Test
    void shouldReadPartsOfALaterVersionWhoseSchemaCameAlong() throws Exception {
        // Given: a snapshot with a field that this version does not know
        feature("s", "f1", 0);
        await(1);
        long before = snapshots().get("0000000000000000/total").getClassified();
        var fields = new ArrayList<>(AccuracySnapshot.getClassSchema().getFields().stream()
                .map(field -> new Schema.Field(field, field.schema()))
                .toList());
        fields.add(new Schema.Field("later", Schema.create(Schema.Type.STRING), "", "none"));
        var later = Schema.createRecord("AccuracySnapshot", "", "io.featherwire.schemas", false, fields);
        var snapshot = new GenericRecordBuilder(later);
        AccuracySnapshot ours = snapshots().get("0000000000000000/total");
        AccuracySnapshot.getClassSchema().getFields().forEach(field -> {
            Object value = ours.get(field.pos());
            snapshot.set(
                    field.name(),
                    value instanceof Instant
                            ? Long.valueOf(NOW.toEpochMilli())
                            : value instanceof Fingerprint bytes
                                    ? new GenericData.Fixed(field.schema(), bytes.bytes())
                                    : value);
        });
        snapshot.set("later", "news");
        snapshot.set("classified", 7L);
        byte[] value = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), later)
                .encode(snapshot.build())
                .array();
        var parts = driver.createInputTopic("accuracy-parts", new StringSerializer(), new ByteArraySerializer());

        // When: it is not readable, and then it is
        parts.pipeInput("1/0000000000000000/total", value);
        assertThat(snapshots().get("0000000000000000/total").getClassified()).isEqualTo(before);
        parts.pipeInput(
                "schema/" + Long.toHexString(SchemaNormalization.parsingFingerprint64(later)),
                later.toString().getBytes(UTF_8));
        parts.pipeInput("1/0000000000000000/total", value);

        // Then
        assertThat(snapshots().get("0000000000000000/total").getClassified()).isEqualTo(before + 7);
    }

    @Test
    void shouldReadEachPayloadWithItsOwnBundle() throws Exception {
        // Given
        var other = TinyBundle.write(directory.resolve("other"), "other");
        feature("s", "f1", 0);
        await(1);

        // When
        bundleRegistry.add(PayloadClassifier.open(other, Device.CPU, PayloadClassifier.Options.DEFAULT));
        features.pipeInput("s", TestRecords.feature("f2", other, payloads.get(1), NOW));
        await(1);
        label("s", "f2", "green");

        // Then
        assertThat(snapshots().get(bundle.fingerprint().hex() + "/total").getClassified())
                .isEqualTo(1);
        assertThat(snapshots().get(other.fingerprint().hex() + "/total").getCorrect())
                .isEqualTo(1);
        assertThat(snapshots().get("0000000000000000/total").getClassified()).isEqualTo(2);
    }

    private void feature(String sensor, String frame, int classIndex) {
        features.pipeInput(sensor, TestRecords.feature(frame, bundle, payloads.get(classIndex), NOW));
    }

    private void audited(String frame, int classIndex, int uncompressedClass) {
        var headers = new RecordHeaders();
        new UncompressedResult(uncompressedClass, 0.9f, 1_234).addTo(headers);
        features.pipeInput(
                new TestRecord<>("s", TestRecords.feature(frame, bundle, payloads.get(classIndex), NOW), headers, NOW));
    }

    private void label(String sensor, String frame, String label, String head) {
        labels.pipeInput(sensor, TestRecords.label(frame, label, NOW, head));
    }

    private void label(String sensor, String frame, String label) {
        labels.pipeInput(sensor, TestRecords.label(frame, label, NOW));
    }

    private List<TestRecord<String, Classification>> await(int count) {
        var records = new ArrayList<TestRecord<String, Classification>>();
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (records.size() < count && System.nanoTime() < deadline) {
            driver.advanceWallClockTime(Duration.ofMillis(5));
            records.addAll(classifications.readRecordsToList());
        }
        assertThat(records).hasSize(count);
        return records;
    }

    private final Map<String, AccuracySnapshot> newest = new TreeMap<>();

    private Map<String, AccuracySnapshot> snapshots() {
        driver.advanceWallClockTime(Duration.ofSeconds(2));
        driver.advanceWallClockTime(Duration.ofSeconds(2));
        accuracy.readRecordsToList().forEach(record -> newest.put(record.key(), record.value()));
        return newest;
    }

    private static String header(TestRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
