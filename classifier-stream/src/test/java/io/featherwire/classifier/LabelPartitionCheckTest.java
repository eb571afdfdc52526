package io.featherwire.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.config.ConfigSources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.zip.CRC32;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class LabelPartitionCheckTest {
    private static final int PARTITIONS = 8;
    private static final int SENSORS = 100;

    private final LabelPartitionCheck placement = new LabelPartitionCheck(new SimpleMeterRegistry());

    private static byte[] key(int sensor) {
        return ("sensor-" + sensor).getBytes(UTF_8);
    }

    /** The default partitioner of librdkafka, consistent_random, of a key that is not empty. */
    private static int librdkafka(byte[] key) {
        var crc = new CRC32();
        crc.update(key);
        return (int) (crc.getValue() % PARTITIONS);
    }

    @Test
    void shouldAcceptThePlacementOfJavaClients() {
        placement.setPartitions(PARTITIONS);
        for (int sensor = 0; sensor < SENSORS; sensor++) {
            placement.check(key(sensor), "labels", BuiltInPartitioner.partitionForKey(key(sensor), PARTITIONS));
        }
        assertThat(placement.misplacedCount()).isZero();
    }

    @Test
    void shouldCountMisplacedLabelsAndWarnOnce() {
        // Given
        var log = new ListAppender<ILoggingEvent>();
        log.start();
        var logger = (Logger) LoggerFactory.getLogger(LabelPartitionCheck.class);
        logger.addAppender(log);
        placement.setPartitions(PARTITIONS);

        // When
        int elsewhere = 0;
        for (int sensor = 0; sensor < SENSORS; sensor++) {
            int partition = librdkafka(key(sensor));
            elsewhere += partition == BuiltInPartitioner.partitionForKey(key(sensor), PARTITIONS) ? 0 : 1;
            placement.check(key(sensor), "labels", partition);
        }
        logger.detachAppender(log);

        // Then
        assertThat(placement.misplacedCount()).isEqualTo(elsewhere).isGreaterThan(SENSORS / 2);
        assertThat(log.list)
                .singleElement()
                .asString()
                .contains("partitioner=murmur2_random")
                .contains("labels");
    }

    @Test
    void shouldRefuseTopicsWithDifferentNumbersOfPartitions() {
        var rule = CoPartitioningCheck.of(ClassifierConfig.from(ConfigSources.of(Map.of("bundle", "none"))), placement);

        assertThat(rule.topics()).containsExactlyInAnyOrder("features", "labels", "accuracy-parts");
        assertThatThrownBy(() -> rule.check(Map.of("features", 8, "labels", 4, "accuracy-parts", 1)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("features has 8 partitions and labels has 4");
        assertThatThrownBy(() -> rule.check(Map.of("features", 8, "labels", 8, "accuracy-parts", 2)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("must have 1");
        rule.check(Map.of("features", 8, "labels", 8, "accuracy-parts", 1));
        placement.check(key(1), "labels", (BuiltInPartitioner.partitionForKey(key(1), PARTITIONS) + 1) % PARTITIONS);
        assertThat(placement.misplacedCount()).isEqualTo(1);
    }
}
