package io.featherwire.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class RateLimitedLogTest {
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(RateLimitedLogTest.class);
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final RateLimitedLog log = new RateLimitedLog(logger, clock::get, 0);

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    @Test
    void shouldLogTheFirstLineAndThenTheNumberOfSuppressedLines() {
        // When: a million in the minute, and the clock overflows meanwhile
        for (int n = 0; n < 1_000_000; n++) {
            log.warn("record {} is odd", n);
            clock.addAndGet(Duration.ofMinutes(1).toNanos() / 1_000_000);
        }
        log.warn("record {} is odd", "last");

        // Then
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "record 0 is odd", "record last is odd (and 999999 similar messages since the last one)");
    }

    @Test
    void shouldLogTheFirstLinesWithoutALimit() {
        // Given
        var log = new RateLimitedLog(logger, clock::get, 3);

        // When
        for (int n = 0; n < 100; n++) {
            log.warn("skipped {}", n);
        }

        // Then: three, and the first of the limited ones
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("skipped 0", "skipped 1", "skipped 2", "skipped 3");
    }

    @Test
    void shouldNotMentionSuppressedLinesIfThereAreNone() {
        // When
        log.error("first", new IllegalStateException("why"));
        clock.addAndGet(Duration.ofMinutes(2).toNanos());
        log.error("second");

        // Then
        assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly("first", "second");
        assertThat(lines.list.get(0).getThrowableProxy().getMessage()).isEqualTo("why");
    }
}
