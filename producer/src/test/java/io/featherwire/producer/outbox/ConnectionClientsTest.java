package io.featherwire.producer.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConnectionClientsTest {

    /** The default of {@code connections.max.idle.ms} of a broker. */
    private static final long BROKER_IDLE = Duration.ofMinutes(10).toMillis();

    @Test
    void shouldUseTheConnectionForTransactionsBeforeTheBrokerClosesItWhereOnlyBatchesAreSent() {
        // When
        Map<String, Object> beside = new ConnectionClients(
                        OutboxProcess.line("127.0.0.1:1", "one", false, OutboxProcess.BATCHES))
                .transactionSettings();
        Map<String, Object> alone =
                new ConnectionClients(OutboxProcess.line("127.0.0.1:1", "one", false)).transactionSettings();
        // Then
        assertThat((long) beside.get("metadata.max.age.ms")).isBetween(BROKER_IDLE / 2, BROKER_IDLE - 30_000);
        assertThat((long) beside.get("connections.max.idle.ms")).isGreaterThan(BROKER_IDLE);
        assertThat((long) alone.get("metadata.max.age.ms"))
                .isEqualTo(Duration.ofDays(1).toMillis());
    }
}
