package io.featherwire.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.spi.FilterReply;
import io.featherwire.runtime.BrokerCheck;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepeatedWarningsTest {

    private final LoggerContext context = new LoggerContext();
    private final RepeatedWarnings filter = new RepeatedWarnings();

    @Test
    void shouldPassEachWarningOfKafkasClientsOncePerPause() {
        assertThat(decide("org.apache.kafka.clients.NetworkClient", Level.WARN, "gone {}"))
                .isEqualTo(FilterReply.NEUTRAL);
        assertThat(decide("org.apache.kafka.clients.NetworkClient", Level.WARN, "gone {}"))
                .isEqualTo(FilterReply.DENY);
        assertThat(decide("org.apache.kafka.clients.NetworkClient", Level.WARN, "back {}"))
                .isEqualTo(FilterReply.NEUTRAL);
        assertThat(filter.isDue("x", 0)).isTrue();
        assertThat(filter.isDue("x", TimeUnit.SECONDS.toNanos(29))).isFalse();
        assertThat(filter.isDue("x", TimeUnit.SECONDS.toNanos(30))).isTrue();
    }

    @Test
    void shouldTouchNothingElse() {
        for (int i = 0; i < 3; i++) {
            assertThat(decide("io.featherwire.producer.Publisher", Level.WARN, "skipped {}"))
                    .isEqualTo(FilterReply.NEUTRAL);
            assertThat(decide("org.apache.kafka.clients.NetworkClient", Level.INFO, "hello"))
                    .isEqualTo(FilterReply.NEUTRAL);
        }
        assertThat(decide(
                        "org.apache.kafka.clients.NetworkClient",
                        Level.WARN,
                        "[AdminClient clientId=" + BrokerCheck.CLIENT_ID + "] refused"))
                .isEqualTo(FilterReply.DENY);
    }

    @Test
    void shouldReportArgumentsThatTheLocaleCannotExpress(@TempDir Path directory) throws Exception {
        Path arguments = directory.resolve("cmdline");
        Files.write(arguments, "java\0Küche\0".getBytes(StandardCharsets.UTF_8));
        assertThat(CommandCharset.findProblem("ANSI_X3.4-1968", arguments))
                .hasValueSatisfying(complaint -> assertThat(complaint).contains("LC_ALL=C.UTF-8"));
        assertThat(CommandCharset.findProblem("UTF-8", arguments)).isEmpty();
        assertThat(CommandCharset.findProblem("no such", arguments)).isEmpty();
        Files.writeString(arguments, "java\0kitchen\0");
        assertThat(CommandCharset.findProblem("ANSI_X3.4-1968", arguments)).isEmpty();
        assertThat(CommandCharset.findProblem("ANSI_X3.4-1968", directory.resolve("none")))
                .isEmpty();
    }

    private FilterReply decide(String logger, Level level, String format) {
        return filter.decide(null, context.getLogger(logger), level, format, null, null);
    }
}
