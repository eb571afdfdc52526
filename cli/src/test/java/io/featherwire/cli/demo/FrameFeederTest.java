package io.featherwire.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.datasets.LabelledImage;
import io.featherwire.datasets.Split;
import io.featherwire.producer.DatasetSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameFeederTest {

    private final AtomicInteger taken = new AtomicInteger();
    private FrameFeeder feeding;
    private Thread publisher;

    private record IdenticalImages(int size) implements Split {
        @Override
        public LabelledImage get(int index) {
            return new LabelledImage("same", new EncodedImage(ImageEncoding.JPEG, 0, 0, new byte[1]), 0);
        }
    }

    private void feed(DemoRate rate, int frames) {
        feeding = new FrameFeeder(
                new DatasetSource("test", List.of("same"), new IdenticalImages(frames), false), rate, frames);
        publisher = new Thread(() -> {
            try {
                while (!feeding.isExhausted() && feeding.next() != null) {
                    taken.incrementAndGet();
                }
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        publisher.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        feeding.stop();
        publisher.join();
    }

    @Test
    void shouldFeedWithoutALimit() {
        feed(DemoRate.MAX, 10_000);

        await().until(() -> taken.get() == 10_000);
        assertThat(feeding.feedingRate()).isNaN();
    }

    @Test
    void shouldFeedAtTheRequestedRate() throws InterruptedException {
        // When
        long begin = System.nanoTime();
        feed(new DemoRate(1_000), 300);
        publisher.join();

        // Then
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(298_000_000L);
    }

    @Test
    void shouldLimitTheFramesThatAreNotProcessedYet() {
        // When
        feed(DemoRate.MEASURED, 10_000);

        // Then
        await().until(() -> taken.get() == 256);
        feeding.reportProgress(100, 50);
        await().until(() -> taken.get() == 356);
    }

    @Test
    void shouldFeedTheSecondHalfAtAFractionOfTheMeasuredThroughput() {
        // Given
        feed(DemoRate.MEASURED, 400);
        await().until(() -> taken.get() == 200);
        feeding.reportProgress(199, 2_000);
        assertThat(feeding.feedingRate()).isNaN();

        // When
        feeding.reportProgress(200, 1_000);

        // Then
        await().until(() -> taken.get() == 400);
        assertThat(feeding.feedingRate()).isCloseTo(700, within(.001));
        assertThat(feeding.pacedSinceMillis()).isLessThanOrEqualTo(System.currentTimeMillis());
    }

    @Test
    void shouldContinueIfNoFrameIsClassified() {
        // Given
        feed(DemoRate.MEASURED, 400);
        await().until(() -> taken.get() == 200);

        // When: all of them are dead letters
        feeding.reportProgress(200, 0);

        // Then
        await().until(() -> taken.get() > 210);
        assertThat(feeding.feedingRate()).isPositive();
    }

    @Test
    void shouldEndWhenItIsStopped() throws InterruptedException {
        // Given
        feed(DemoRate.MEASURED, 10_000);
        await().until(() -> taken.get() == 256);

        // When
        feeding.stop();

        // Then
        publisher.join(5_000);
        assertThat(publisher.isAlive()).isFalse();
    }
}
