package io.featherwire.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.runtime.batch.FatalStreamException;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class FailureMessagesTest {

    @Test
    void shouldReportTheRemedyInOneLine() {
        assertThat(FailureMessages.describe(new StreamsException(new RecordTooLargeException("too\nlarge"))))
                .isEqualTo("too large; raise max.message.bytes of the target topic above record.size.max");
        assertThat(FailureMessages.describe(new StreamsException(new SaslAuthenticationException("no"))))
                .contains("refuse the credentials")
                .contains("kafka.sasl.*");
        assertThat(FailureMessages.describe(new StreamsException(new IllegalStateException("a\nb"))))
                .isEqualTo("IllegalStateException: a b");
        assertThat(
                        FailureMessages.describe(
                                new StreamsException(
                                        "Existing internal topic app-x-changelog has invalid partitions: "
                                                + "expected: 3; actual: 2. Use 'org.apache.kafka.tools.StreamsResetter' tool to clean up.")))
                .startsWith("partitions were added to an input topic")
                .endsWith("--topic app-x-changelog --partitions 3")
                .doesNotContain("StreamsResetter");
    }

    @Test
    void shouldReplaceAThreadOnlyAfterARecoverableFailure() {
        assertThat(FailureMessages.isRecoverable(new StreamsException(new InvalidTxnStateException("too late"))))
                .isTrue();
        assertThat(FailureMessages.isRecoverable(new StreamsException(new TimeoutException("away"))))
                .isTrue();
        assertThat(FailureMessages.isRecoverable(new FatalStreamException("no network", new TimeoutException("x"))))
                .isFalse();
        assertThat(FailureMessages.isRecoverable(new StreamsException(new TopicAuthorizationException("features"))))
                .isFalse();
        assertThat(FailureMessages.isRecoverable(new StreamsException(new RecordTooLargeException("large"))))
                .isFalse();
        assertThat(FailureMessages.isRecoverable(new NullPointerException())).isFalse();
        assertThat(FailureMessages.isRecoverable(new StreamsException(
                        new KafkaException("Unhandled error in EndTxnResponse: The server experienced …"))))
                .isTrue();
        assertThat(FailureMessages.isRecoverable(
                        new StreamsException(new KafkaException("Failed to construct kafka producer"))))
                .isFalse();
    }

    @Test
    void shouldLimitTheRestartsWithinAPeriod() {
        // Given
        RestartBudget budget = new RestartBudget(2, Duration.ofNanos(100));

        // Then
        assertThat(budget.tryUse(0)).isTrue();
        assertThat(budget.tryUse(50)).isTrue();
        assertThat(budget.tryUse(99)).isFalse();
        assertThat(budget.tryUse(101)).isTrue();
        assertThat(budget.tryUse(102)).isFalse();
    }
}
