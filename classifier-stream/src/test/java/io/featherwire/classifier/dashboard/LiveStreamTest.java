package io.featherwire.classifier.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.featherwire.classifier.ClassifierConfig;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.http.Health;
import io.featherwire.runtime.http.HttpServer;
import io.featherwire.runtime.http.HttpSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Pages that are open while the server stops, or while something goes wrong. */
final class LiveStreamTest {
    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<Socket> pages = new ArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start() {
        log.start();
        ROOT.addAppender(log);
        var config = ClassifierConfig.from(ConfigSources.of(Map.of("bundle", "none")));
        var topics = LiveTopicsBuilder.builder()
                .bootstrapServers("localhost:1")
                .kafka(config.stream().kafka())
                .serdes(config.stream().schemas().serdes())
                .accuracy("accuracy")
                .classifications("classifications")
                .labels("labels")
                .deadLetters("dead-letters")
                .edgeGaps("edge-gaps")
                .images("images")
                .build();
        var live = new LiveView(
                topics,
                config.dashboard(),
                this::batchFill,
                List::of,
                List::of,
                () -> 0,
                bundle -> Optional.empty(),
                registry);
        server = HttpServer.start(
                HttpSettings.loopback(0),
                new AlwaysHealthy(),
                registry,
                new Dashboard(config.dashboard(), live)::addRoutes);
    }

    @AfterEach
    void stop() throws Exception {
        ROOT.detachAppender(log);
        for (var page : pages) {
            page.close();
        }
    }

    private double batchFill() {
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("on purpose");
        }
        return 1;
    }

    @Test
    void shouldContinueAfterAnUpdateThatFailed() throws Exception {
        // Given
        var page = open();
        page.setSoTimeout(60_000);
        var in = new BufferedReader(new InputStreamReader(page.getInputStream(), UTF_8));
        while (!in.readLine().startsWith("data: {")) {}

        // When
        failures.set(1);
        await().until(() -> failures.get() == 0);

        // Then
        for (int states = 0; states < 3; ) {
            states += in.readLine().startsWith("data: {") ? 1 : 0;
        }
        assertThat(log.list)
                .filteredOn(event -> event.getLevel().equals(Level.WARN))
                .extracting(ILoggingEvent::getFormattedMessage)
                .singleElement()
                .asString()
                .contains("the dashboard update failed", "on purpose");
    }

    @Test
    @Timeout(60)
    void shouldStopWithoutAWarningWhilePagesAreOpen() throws Exception {
        // Given pages that read, and one that does not any more
        for (int n = 0; n < 4; n++) {
            var page = open();
            var in = new BufferedReader(new InputStreamReader(page.getInputStream(), UTF_8));
            while (!in.readLine().startsWith("data: {")) {}
        }
        open();

        // When
        server.close();

        // Then
        assertThat(log.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEmpty();
        assertThat(endOf(pages.get(0))).isTrue();
    }

    /** Whether what there is to read comes to an end. */
    private static boolean endOf(Socket page) throws Exception {
        page.setSoTimeout(60_000);
        try {
            page.getInputStream().readAllBytes();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private Socket open() throws Exception {
        var page = new Socket("127.0.0.1", server.port());
        pages.add(page);
        page.getOutputStream()
                .write("GET /live/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n".getBytes(UTF_8));
        return page;
    }

    private static final class AlwaysHealthy implements Health {
        @Override
        public boolean isLive() {
            return true;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public String state() {
            return "WELL";
        }
    }
}
