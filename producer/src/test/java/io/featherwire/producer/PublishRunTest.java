package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class PublishRunTest {

    @Test
    void shouldNotPauseAfterASkippedImage() {
        var source = new ImageSource() {
            private int left = 100;

            @Override
            public SourceImage next() throws IOException {
                left--;
                throw new IOException("unreadable");
            }

            @Override
            public boolean isExhausted() {
                return left == 0;
            }

            @Override
            public OptionalLong size() {
                return OptionalLong.empty();
            }

            @Override
            public String name() {
                return "x";
            }
        };
        PublisherConfig config = PublisherConfig.from(ConfigSources.of(Map.of()).read(PublisherConfig.SETTINGS));
        try (var producer = new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer())) {
            PublishReport report = new PublishRun(
                            config,
                            producer,
                            new WholeImagePublisher("images", AvroSerde.of(ImageFrame.class)),
                            AvroSerde.of(Label.class),
                            () -> false,
                            source,
                            new LabelScheduler(config.labels(), List.of()),
                            PublishListener.SILENT)
                    .run();
            assertThat(report.skippedImages()).isEqualTo(100);
            assertThat(report.elapsed()).isLessThan(Duration.ofSeconds(2));
        }
    }
}
