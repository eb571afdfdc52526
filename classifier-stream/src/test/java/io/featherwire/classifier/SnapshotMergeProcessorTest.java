package io.featherwire.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.serde.AvroSerde;
import io.featherwire.schemas.serde.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sums of parts after restarts; {@link ClassifierTopologyTest} has the sums of a running task. */
final class SnapshotMergeProcessorTest {
    private static final String ALL = "0000000000000000/";

    private final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();
    private final KeyValueStore<byte[], byte[]> store = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(ClassifierTopology.PARTS_STORE),
                    Serdes.ByteArray(),
                    Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    private SnapshotMergeProcessor processor;

    @BeforeEach
    void create() {
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        var config = ClassifierConfig.from(ConfigSources.of(Map.of("bundle", "b", "accuracy.windows", "1m")));
        processor = new SnapshotMergeProcessor(
                config.ledger(),
                ClassifierSerdes.of(TopicSerdes.withoutRegistry(), config),
                new DrainSignal(),
                new AccuracyMetrics(new SimpleMeterRegistry()),
                1 << 20);
    }

    @Test
    void shouldDeleteTheSumsOfWindowsThatAreNotConfiguredAnyMore() {
        // Given
        put("0/" + ALL + "PT1M", "PT1M");
        put("0/" + ALL + "PT5M", "PT5M");
        put("1/" + ALL + "PT5M", "PT5M");
        put("0/" + ALL + "last-7", "last-7");

        // When
        processor.init(context);
        punctuate();

        // Then
        assertThat(forwarded()).containsExactlyInAnyOrder(ALL + "PT1M", "no " + ALL + "PT5M", "no " + ALL + "last-7");
        assertThat(store.approximateNumEntries()).isEqualTo(1);

        // And a part that was on the topic at the restart is not added up
        context.resetForwards();
        processor.process(new Record<>(("1/" + ALL + "PT5M").getBytes(UTF_8), part("PT5M"), 0));
        processor.process(new Record<>(("1/" + ALL + "PT1M").getBytes(UTF_8), part("PT1M"), 0));
        punctuate();
        assertThat(forwarded()).containsExactly(ALL + "PT1M");
        assertThat(store.get(("1/" + ALL + "PT5M").getBytes(UTF_8)))
                .as("the part is kept for an instance with these windows")
                .isNotNull();
    }

    @Test
    void shouldNotPublishPartsOfAnAbortedTransaction() {
        // Given
        processor.init(context);
        processor.process(new Record<>(("0/" + ALL + "total").getBytes(UTF_8), part("total"), 0));

        // When the task is initialised again with the committed state
        store.delete(("0/" + ALL + "total").getBytes(UTF_8));
        context.scheduledPunctuators().clear();
        processor.init(context);
        punctuate();

        // Then
        assertThat(forwarded()).isEmpty();
    }

    private void put(String key, String window) {
        store.put(key.getBytes(UTF_8), part(window));
    }

    private void punctuate() {
        var punctuators = context.scheduledPunctuators();
        punctuators.get(punctuators.size() - 1).getPunctuator().punctuate(1_000);
    }

    private List<String> forwarded() {
        return context.forwarded().stream()
                .map(forward -> (forward.record().value() == null ? "no " : "")
                        + new String(forward.record().key(), UTF_8))
                .toList();
    }

    private static byte[] part(String window) {
        return AvroSerde.of(AccuracySnapshot.class)
                .encode(AccuracySnapshot.newBuilder()
                        .setBundle(new Fingerprint(new byte[8]))
                        .setWindow(window)
                        .setEmittedAt(Instant.EPOCH)
                        .setClassified(1)
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
}
