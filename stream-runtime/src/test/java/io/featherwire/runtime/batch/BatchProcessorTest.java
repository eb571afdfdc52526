package io.featherwire.runtime.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.deadletter.DeadLetterNode;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class BatchProcessorTest {

    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofMinutes(5);

    private static final class Echo implements BatchFunction<byte[], byte[]> {
        @Override
        public byte[] prepare(SourceRecord source) {
            return source.value();
        }

        @Override
        public List<byte[]> process(List<byte[]> batch) {
            return batch;
        }

        @Override
        public void probe() {}
    }

    /** Whether a commit was asked for once this number of records has been forwarded. */
    private static boolean commitsAfter(int records, Duration linger, String guarantee) throws InterruptedException {
        MockProcessorContext<byte[], byte[]> context = context(guarantee);
        BatchMetrics metrics = new BatchMetrics(new SimpleMeterRegistry(), "test");
        try (MicroBatcher<byte[], byte[]> batcher =
                new MicroBatcher<>("test", new Echo(), new BatchSettings(2, linger, 0), metrics)) {
            BatchProcessor<byte[], byte[]> processor = new BatchProcessor<>(
                    batcher,
                    "ring",
                    List.of("out"),
                    new DeadLetterNode(new DeadLetters(DataSize.ofMebibytes(1)), "dead"),
                    new ThreadLocal<>());
            processor.init(context);
            for (int i = 0; i < records; i++) {
                context.setRecordMetadata("in", 0, i);
                processor.process(new Record<>("sensor".getBytes(UTF_8), new byte[] {1}, 0));
            }
            while (context.forwarded().size() < records) {
                Thread.sleep(1);
                context.scheduledPunctuators().get(0).getPunctuator().punctuate(0);
            }
            return context.committed();
        }
    }

    private static MockProcessorContext<byte[], byte[]> context(String guarantee) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100L);
        MockProcessorContext<byte[], byte[]> context =
                new MockProcessorContext<>(settings, new TaskId(0, 0), new File("unused"));
        KeyValueStore<Integer, byte[]> ring = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("ring"), Serdes.Integer(), Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
        ring.init(context.getStateStoreContext(), ring);
        return context;
    }

    @Test
    void shouldRequestACommitAfterAPartialBatch() throws InterruptedException {
        assertThat(commitsAfter(1, SHORT, StreamsConfig.EXACTLY_ONCE_V2)).isTrue();
    }

    @Test
    void shouldNotRequestACommitAfterAFullBatch() throws InterruptedException {
        assertThat(commitsAfter(2, LONG, StreamsConfig.EXACTLY_ONCE_V2)).isFalse();
    }

    @Test
    void shouldNotRequestACommitUnderAtLeastOnce() throws InterruptedException {
        assertThat(commitsAfter(1, SHORT, StreamsConfig.AT_LEAST_ONCE)).isFalse();
    }
}
