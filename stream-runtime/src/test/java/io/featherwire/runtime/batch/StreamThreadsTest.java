package io.featherwire.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.runtime.config.DataSize;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StreamThreadsTest {

    private final StreamThreads threads = new StreamThreads();

    @Test
    void shouldReturnTheStateOfTheThreadsOwnClients() {
        // Given
        InFlightTracker tracker = new InFlightTracker();
        CommitCost cost = new CommitCost();
        Backlog backlog = new Backlog(new MemoryBudget(DataSize.ofMebibytes(1)));
        threads.registerProducer(Map.of("client.id", "app-1-StreamThread-2-producer"), cost, tracker);
        threads.registerConsumer(Map.of("client.id", "app-1-StreamThread-2-consumer"), backlog);

        // When
        CompletableFuture<Void> own = onThread("app-1-StreamThread-2", () -> {
            assertThat(threads.inFlight()).isSameAs(tracker);
            assertThat(threads.commitCost()).isSameAs(cost);
            assertThat(threads.backlog()).isSameAs(backlog);
        });
        CompletableFuture<Void> other = onThread("app-1-StreamThread-1", () -> {
            assertThat(threads.inFlight()).isNull();
            assertThat(threads.commitCost()).isNull();
            assertThat(threads.backlog()).isNull();
        });

        // Then
        own.join();
        other.join();
    }

    private static CompletableFuture<Void> onThread(String name, Runnable checks) {
        return CompletableFuture.runAsync(checks, task -> new Thread(task, name).start());
    }
}
