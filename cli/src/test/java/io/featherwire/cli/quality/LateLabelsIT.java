package io.featherwire.cli.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.lab.harness.TopicCounter;
import io.featherwire.lab.harness.TrivialImages;
import io.featherwire.producer.ImageSource;
import io.featherwire.producer.PublishListener;
import io.featherwire.producer.SourceImage;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels as people give them: some time later, missing for a fifth of the frames, wrong at first for a tenth of the others. */
@Tag("slow")
class LateLabelsIT {

    private static final int FRAMES = 600;
    private static final AvroSerde<Label> LABELS = AvroSerde.of(Label.class);

    @Test
    void shouldCountTheFinalLabelOfEachFrame(@TempDir Path directory) throws Exception {
        var bundle = TinyBundle.write(directory.resolve("bundle")).directory();
        try (var site = TestPipeline.open(directory);
                var app = site.classifier(
                        Map.of("bundle", bundle.toString(), "accuracy.bucket", "500ms", "accuracy.label.wait", "20s"));
                var labelled =
                        TopicCounter.start(site.bootstrapServers(), "labels", label -> LABELS.decode(label.value())
                                .getFrameId());
                var publisher = site.publisher(
                        bundle,
                        Map.of(
                                "rate", "300",
                                "count", Integer.toString(FRAMES),
                                "label.delay", "1s",
                                "label.share", "0.8",
                                "label.error.rate", "0.1",
                                "label.correction.delay", "1s"))) {
            // When
            var report = publisher.publish(new Colours(), TinyBundle.CLASSES, PublishListener.SILENT);

            // Then
            assertThat(report.isComplete()).as(report.toString()).isTrue();
            await().atMost(TestPipeline.SOON)
                    .until(() -> labelled.distinctRecords() + labelled.duplicateRecords() == report.labels());
            int frames = labelled.distinctRecords();
            int corrected = labelled.duplicateRecords();
            assertThat(frames).isCloseTo(8 * FRAMES / 10, within(40));
            assertThat(corrected).isCloseTo(frames / 10, within(20));
            await().atMost(TestPipeline.SOON).untilAsserted(() -> {
                assertThat(TestPipeline.total(app).matched()).isEqualTo(frames);
                assertThat(TestPipeline.total(app).labelCorrected()).isEqualTo(corrected);
                assertThat(TestPipeline.total(app).labelNever()).isEqualTo(FRAMES - frames);
            });
            var total = TestPipeline.total(app);
            assertThat(total.classified()).isEqualTo(FRAMES);
            assertThat(total.correct()).isEqualTo(frames);
            assertThat(total.accuracy().value()).isEqualTo(1);
            assertThat(total.coverage()).isEqualTo((double) frames / FRAMES);
            assertThat(total.labelDelayMsMean()).isCloseTo(meanDelayMs(site), within(1.0));
            assertThat(total.labelLate()).isZero();
            assertThat(total.labelPending()).isZero();
            assertThat(TestPipeline.metric(app, "featherwire_label_coverage{window=\"total\"}"))
                    .isEqualTo(total.coverage());
        }
    }

    /** From the classification of a frame to its last label, over the frames that have one, going by the records themselves. */
    private static double meanDelayMs(TestPipeline site) {
        Map<String, Instant> labelled = new HashMap<>();
        site.read("labels", Label.class).forEach(label -> labelled.put(label.getFrameId(), label.getLabelledAt()));
        return site.read("classifications", Classification.class).stream()
                .filter(frame -> labelled.containsKey(frame.getFrameId()))
                .mapToLong(frame -> Duration.between(frame.getClassifiedAt(), labelled.get(frame.getFrameId()))
                        .toMillis())
                .average()
                .orElseThrow();
    }

    /** Red, green and blue in turn, without end. */
    private static final class Colours implements ImageSource {

        private int n;

        @Override
        public SourceImage next() {
            var image = TrivialImages.image(n++);
            return new SourceImage(
                    "image " + n,
                    new EncodedImage(ImageEncoding.RGB8, image.width(), image.height(), image.bytes()),
                    image.label());
        }

        @Override
        public boolean isExhausted() {
            return false;
        }

        @Override
        public OptionalLong size() {
            return OptionalLong.empty();
        }

        @Override
        public String name() {
            return "colours";
        }
    }
}
