package io.featherwire.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EarlyCommitsTest {

    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final CommitCost cost = new CommitCost();
    private int commits;
    private long now;

    private EarlyCommits of(boolean transactional) {
        return new EarlyCommits(transactional, INTERVAL, () -> cost, () -> now);
    }

    private void advance(int millis) {
        now += Duration.ofMillis(millis).toNanos();
    }

    @Test
    void shouldCommitAfterABatchThatWasNotFull() {
        // Given
        EarlyCommits early = of(true);

        // When
        early.onForwarded(true);
        early.onForwarded(false);
        early.requestIfDue(false, () -> commits++);
        early.requestIfDue(false, () -> commits++);

        // Then
        assertThat(commits).isEqualTo(1);
    }

    @Test
    void shouldLeaveFullBatchesToTheInterval() {
        // Given
        EarlyCommits early = of(true);

        // When
        early.onForwarded(true);
        early.requestIfDue(false, () -> commits++);

        // Then
        assertThat(commits).isZero();
    }

    @Test
    void shouldNotCommitEarlyWhereNobodyWaitsForCommits() {
        // Given
        EarlyCommits early = of(false);

        // When
        early.onForwarded(false);
        early.requestIfDue(false, () -> commits++);

        // Then
        assertThat(commits).isZero();
    }

    @Test
    void shouldCommitAtMostTenTimesInAnInterval() {
        // Given
        EarlyCommits early = of(true);

        // When
        for (int i = 0; i < 100; i++) {
            early.onForwarded(false);
            early.requestIfDue(false, () -> commits++);
            advance(1);
        }

        // Then
        assertThat(commits).isEqualTo(10);
    }

    @Test
    void shouldCommitLaterWhatCameTooSoonAfterACommit() {
        // Given
        EarlyCommits early = of(true);
        early.onForwarded(false);
        early.requestIfDue(false, () -> commits++);
        early.onForwarded(false);
        early.requestIfDue(false, () -> commits++);

        // When
        advance(10);
        early.requestIfDue(false, () -> commits++);

        // Then
        assertThat(commits).isEqualTo(2);
    }

    @Test
    void shouldWaitTenTimesTheLastCommitsDuration() {
        // Given
        EarlyCommits early = of(true);
        cost.onCommitBegin(now);
        advance(20);
        cost.onCommitEnd(now);

        // When
        advance(199);
        early.onForwarded(false);
        early.requestIfDue(false, () -> commits++);
        int before = commits;
        advance(1);
        early.requestIfDue(false, () -> commits++);

        // Then
        assertThat(before).isZero();
        assertThat(commits).isEqualTo(1);
    }

    @Test
    void shouldNotCommitEarlyWithABacklog() {
        // Given
        EarlyCommits early = of(true);

        // When
        early.onForwarded(false);
        early.requestIfDue(true, () -> commits++);
        int meanwhile = commits;
        early.requestIfDue(false, () -> commits++);

        // Then
        assertThat(meanwhile).isZero();
        assertThat(commits).isEqualTo(1);
    }
}
