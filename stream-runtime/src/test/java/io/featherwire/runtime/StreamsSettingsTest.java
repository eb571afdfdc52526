package io.featherwire.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.runtime.config.ConfigSources;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator sets reaches Kafka Streams under its own name. */
class StreamsSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "FEATHERWIRE_APPLICATION_ID, mine, application.id, mine",
        "FEATHERWIRE_BOOTSTRAP_SERVERS, elsewhere:1, bootstrap.servers, elsewhere:1",
        "FEATHERWIRE_PROCESSING_GUARANTEE, at_least_once, processing.guarantee, at_least_once",
        "FEATHERWIRE_COMMIT_INTERVAL, 2s, commit.interval.ms, 2000",
        "FEATHERWIRE_THREADS, 3, num.stream.threads, 3",
        "FEATHERWIRE_STATE_DIR, /state, state.dir, /state",
        "FEATHERWIRE_STATE_CACHE, 2MiB, statestore.cache.max.bytes, 2097152",
        "FEATHERWIRE_RECORD_SIZE_MAX, 2MiB, producer.max.request.size, 2162688",
        "FEATHERWIRE_MEMORY_BUDGET, 16MiB, fetch.max.bytes, 2097152",
        "FEATHERWIRE_BATCH_SIZE, 100, buffered.records.per.partition, 400",
        "FEATHERWIRE_BATCH_LINGER, 8ms, poll.ms, 4",
        "FEATHERWIRE_KAFKA_SECURITY_PROTOCOL, SASL_SSL, security.protocol, SASL_SSL",
        "FEATHERWIRE_KAFKA_COMMIT_INTERVAL_MS, 7, commit.interval.ms, 7",
        "FEATHERWIRE_KAFKA_PRODUCER_LINGER_MS, 33, producer.linger.ms, 33",
    })
    void shouldPassKafkaSettingsOfTheEnvironmentToTheClients(
            String variable, String value, String property, String expected) {
        assertThat(property(Map.of(variable, value), property)).isEqualTo(expected);
        assertThat(property(Map.of(), property)).as("without it").isNotEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "exactly_once_v2, 250ms, 50",
        "exactly_once_v2, 40ms, 40",
        "exactly_once_v2, 5m, 50",
        "at_least_once, 250ms, 10",
        "at_least_once, 5m, 10",
    })
    void shouldSendRecordsWhenReadersCanSeeThem(String guarantee, String commitInterval, String linger) {
        var environment =
                Map.of("FEATHERWIRE_PROCESSING_GUARANTEE", guarantee, "FEATHERWIRE_COMMIT_INTERVAL", commitInterval);

        assertThat(property(environment, "producer.linger.ms")).isEqualTo(linger);
    }

    @Test
    void shouldNotWaitForOtherPartitionsIfATaskHasOne(@TempDir Path directory) {
        Topology one = new Topology().addSource("features", "features").addSink("out", "out", "features");
        Topology two = new Topology().addSource("features", "features").addSource("labels", "labels");
        two.addSink("out", "out", "features", "labels");

        assertThat(idle(directory, Map.of(), one)).isEqualTo("-1");
        assertThat(idle(directory, Map.of(), two)).as("Kafka's default").isNull();
        assertThat(idle(directory, Map.of("FEATHERWIRE_KAFKA_MAX_TASK_IDLE_MS", "5"), one))
                .isEqualTo("5");
    }

    private static @Nullable Object idle(Path directory, Map<String, String> environment, Topology topology) {
        var values = ConfigSources.of(Map.of(), environment, null).read(StreamConfig.settings("app", 0));
        try (var identity = InstanceIdentity.acquire(directory, "app")) {
            return StreamsSettings.toProperties(StreamConfig.from(values), identity, topology)
                    .get("max.task.idle.ms");
        }
    }

    private static String property(Map<String, String> environment, String property) {
        var values = ConfigSources.of(Map.of(), environment, null).read(StreamConfig.settings("app", 0));
        return String.valueOf(
                StreamsSettings.toProperties(StreamConfig.from(values)).get(property));
    }
}
