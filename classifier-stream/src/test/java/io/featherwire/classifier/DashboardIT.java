package io.featherwire.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.classifier.accuracy.Ledger;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.bundle.HeadKind;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.codec.testing.TinyHead;
import io.featherwire.lab.harness.TopicAdmin;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.schemas.FrameGap;
import io.featherwire.schemas.serde.AvroSerde;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;

/** The page in a real browser: its numbers are those of the API, and it lives on when the server is started again. */
final class DashboardIT {
    private static final Duration SOON = Duration.ofMinutes(5);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path directory;

    private Browser browser;
    private EmbeddedBroker broker;
    private Bundle bundle;
    private Bundle second;
    private int port;

    @BeforeEach
    void start() throws Exception {
        var found = Browser.open();
        if (found.isEmpty()) {
            System.err.println("NOT RUN: DashboardIT needs chromium and chromedriver on the PATH");
        }
        Assumptions.assumeTrue(found.isPresent(), "chromium and chromedriver are not on the PATH");
        browser = found.get();
        broker = EmbeddedBroker.start(directory.resolve("broker"));
        TopicAdmin.createAll(broker.bootstrapServers(), 2);
        TopicAdmin.create(broker.bootstrapServers(), 2, List.of("edge-gaps"));
        bundle = TinyBundle.write(directory.resolve("bundle"));
        second = TinyBundle.write(directory.resolve("second"), "second");
        port = EmbeddedBroker.freePort();
    }

    @AfterEach
    void stop() {
        if (browser != null) {
            browser.close();
            broker.close();
        }
    }

    @Test
    void shouldShowTheNumbersOfTheApiAndSurviveARestart() throws Exception {
        try (var feeder = new TestFrameSender(broker.bootstrapServers(), bundle)) {
            try (var app = app()) {
                // Given
                browser.look(1440, 1000, false);
                browser.get("http://127.0.0.1:" + app.app().httpPort() + "/");
                await().atMost(SOON)
                        .until(() ->
                                browser.element("#connection-text").getText().equals("live"));

                // When
                for (int n = 0; n < 240; n++) {
                    if (n % 4 == 0) {
                        feeder.audited(n, n % 3);
                    } else {
                        feeder.feature(n);
                    }
                    if (n % 5 != 0) {
                        feeder.label(n, TestFrameSender.classOf(n % 10 == 1 ? n + 1 : n));
                    }
                }
                feeder.raw("features", "sensor-0", "<b>no avro</b>".getBytes(StandardCharsets.UTF_8));
                feeder.flush();
                await().atMost(SOON)
                        .until(() -> accuracy().path("total").path("matched").asLong() == 192);
                browser.run("document.querySelector('#windows input[value=total]').click()");

                // Then
                await().atMost(SOON)
                        .until(() -> !browser.elements("#dead tbody tr").isEmpty()
                                && browser.element("#accuracy-note").getText().contains("192"));
                shouldSoonShowTheSameAsTheApi();
                shouldShowTheStatusOfEachSensor(feeder);
                assertThat(browser.elements("#frames .frame")).hasSizeGreaterThan(10);
                await().atMost(SOON)
                        .until(() -> browser.element("#dead tbody").getText().equals("decode-record not-avro 1"));
                assertThat(browser.element("#bundles-card").isDisplayed()).isFalse();
                shouldShowASecondBundleBesideTheFirst();
                shouldBeUsableByKeyboard();
                shouldFitAPhone();
                save("dashboard-1440-light.png", 1440, false);
                save("dashboard-390-dark.png", 390, true);
                assertThat(browser.complaints()).isEmpty();
            }

            // When
            await().atMost(SOON)
                    .until(() -> browser.element("#connection-text").getText().equals("reconnecting"));
            try (var app = app()) {
                feeder.feature(1_000);
                feeder.label(1_000, TestFrameSender.classOf(1_000));
                feeder.flush();

                // Then
                await().atMost(SOON)
                        .until(() -> browser.element("#connection-text")
                                        .getText()
                                        .equals("live")
                                && browser.element("#accuracy-note").getText().contains("233"));
                assertThat(app.app().isLive()).isTrue();
                shouldSoonShowTheSameAsTheApi();
            }
        }
    }

    @Test
    void shouldShowTheHeadsOfABundleBesideEachOther() throws Exception {
        // Given: one more head of each kind
        Path heads = directory.resolve("heads");
        Head warmth = TinyHead.write(heads.resolve("warmth"), bundle, "warmth");
        for (HeadKind kind : List.of(HeadKind.MULTI_LABEL, HeadKind.REGRESSION, HeadKind.EMBEDDING)) {
            TinyHead.write(heads.resolve(kind.text()), bundle, "as " + kind.text(), kind);
        }
        String name = warmth.fingerprint().hex();
        try (var feeder = new TestFrameSender(broker.bootstrapServers(), bundle);
                var app = app(Map.of("heads", heads.toString()))) {
            browser.look(1440, 1000, false);
            browser.get("http://127.0.0.1:" + app.app().httpPort() + "/");
            await().atMost(SOON)
                    .until(() -> browser.element("#connection-text").getText().equals("live"));

            // When: labels of the own head's classes, and of the other's, of which a fifth is wrong
            for (int n = 0; n < 60; n++) {
                feeder.feature(n);
                feeder.label(n, TestFrameSender.classOf(n));
                feeder.label(n, TinyHead.CLASSES.get((n % 5 == 0 ? n + 1 : n) % 3));
            }
            feeder.flush();
            await().atMost(SOON)
                    .until(() -> accuracy(name).path("total").path("matched").asLong() == 60
                            && accuracy().path("total").path("matched").asLong() == 60);
            browser.run("document.querySelector('#windows input[value=total]').click()");

            // Then: both are in the table, each with its own accuracy
            await().atMost(SOON)
                    .until(() -> browser.elements("#bundles tbody tr").size() == 2);
            assertThat(browser.element("#bundles tbody").getText())
                    .contains("warmth, head of " + bundle.manifest().name() + " " + name);
            await().atMost(SOON).untilAsserted(() -> assertThat(List.of(
                            value("#bundles [data-bundle='"
                                    + bundle.fingerprint().hex() + "']"),
                            value("#bundles [data-bundle='" + name + "']"),
                            value("#accuracy")))
                    .containsExactly(1.0, 0.8, 1.0));

            // And: a frame shows what each of them says, with the label that is for it
            await().atMost(SOON)
                    .until(() -> browser.elements("#frames .frame:first-child .predictions li")
                                    .size()
                            == 4);
            await().atMost(SOON)
                    .ignoreException(StaleElementReferenceException.class)
                    .untilAsserted(() -> assertThat(browser.elements("#frames .frame .predictions li"))
                            .extracting(WebElement::getText)
                            .anyMatch(text -> text.matches("warmth (warm|fresh|cold) \\d+ % ✓"))
                            .anyMatch(text -> text.matches("warmth (warm|fresh|cold) \\d+ % ✗ (warm|fresh|cold)"))
                            .anyMatch(text -> text.startsWith("as regression warm "))
                            .contains("as embedding 3 numbers"));
            save("dashboard-heads-1440-light.png", 1440, false);

            // And: it can be chosen
            browser.look(1440, 1000, false);
            browser.run("const s = document.querySelector('#bundle'); s.value = '" + name
                    + "'; s.dispatchEvent(new Event('change'))");
            await().atMost(SOON).until(() -> value("#accuracy") == 0.8);
            await().atMost(SOON)
                    .ignoreException(StaleElementReferenceException.class)
                    .untilAsserted(() -> assertThat(browser.elements("#classes .bar .name"))
                            .extracting(WebElement::getText)
                            .containsExactlyElementsOf(TinyHead.CLASSES));
            save("dashboard-head-chosen-1440-dark.png", 1440, true);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /** The page follows the API by up to a second, and the API's own numbers may still move. */
    private void shouldSoonShowTheSameAsTheApi() {
        await().atMost(SOON)
                .ignoreException(StaleElementReferenceException.class)
                .untilAsserted(this::shouldShowTheSameAsTheApi);
    }

    private void shouldShowTheSameAsTheApi() throws Exception {
        var total = accuracy().path("total");
        assertThat(value("#accuracy"))
                .isEqualTo(total.path("accuracy").path("value").asDouble());
        assertThat(value("#coverage")).isEqualTo(total.path("coverage").asDouble());
        assertThat(value("#payload")).isEqualTo(total.path("payloadBytesMean").asDouble());
        assertThat(value("#loss"))
                .isEqualTo(total.path("audit").path("loss").path("value").asDouble());
        assertThat(browser.element("#accuracy-note").getText())
                .startsWith(total.path("correct").asText() + " of "
                        + total.path("matched").asText() + " labelled");
        assertThat(browser.element("#coverage-note").getText())
                .isEqualTo(total.path("matched").asText() + " of "
                        + total.path("classified").asText() + " frames");
        var cells = browser.elements("#confusion tbody td").stream()
                .map(cell -> Long.parseLong(String.valueOf(cell.getDomProperty("textContent"))))
                .toList();
        var expected = StreamSupport.stream(total.path("confusion").spliterator(), false)
                .flatMap(row -> StreamSupport.stream(row.spliterator(), false))
                .map(JsonNode::asLong)
                .toList();
        assertThat(cells).isEqualTo(expected);
        assertThat(browser.elements("#classes .bar .name").stream()
                        .map(bar -> bar.getText())
                        .toList())
                .containsExactly("red", "green", "blue");
        assertThat(browser.element("#labels [data-name=corrected] dd").getText())
                .isEqualTo(total.path("labelCorrected").asText());
    }

    private void shouldShowTheStatusOfEachSensor(TestFrameSender feeder) {
        for (long gap = 1; gap <= 2; gap++) {
            var now = Instant.now();
            feeder.raw(
                    "edge-gaps",
                    "sensor-0",
                    AvroSerde.of(FrameGap.class)
                            .encode(new FrameGap("device", 1L, gap, "full-oldest", 600L, 9_000L, "a", "b", now, now)));
        }
        feeder.flush();
        await().atMost(SOON)
                .ignoreException(StaleElementReferenceException.class)
                .untilAsserted(() -> assertThat(browser.elements("#lines tbody tr"))
                        .extracting(WebElement::getText)
                        .anyMatch(row -> row.matches("sensor-0 [\\d.]+ \\S+ ago [\\d.]+ \\S+ ⚠ 1\\D?200 full-oldest"))
                        .anyMatch(row -> row.matches("sensor-1 [\\d.]+ \\S+ ago [\\d.]+ \\S+ 0 –")));
    }

    private void shouldShowASecondBundleBesideTheFirst() throws Exception {
        try (var feeder = new TestFrameSender(broker.bootstrapServers(), second)) {
            for (int n = 2_000; n < 2_040; n++) {
                feeder.feature(n);
                feeder.label(n, TestFrameSender.classOf(n % 4 == 0 ? n + 1 : n));
            }
        }
        await().atMost(SOON)
                .until(() -> browser.elements("#bundles tbody tr").size() == 2
                        && browser.element("#accuracy-note").getText().contains("232"));
        await().atMost(SOON)
                .ignoreException(StaleElementReferenceException.class)
                .untilAsserted(() -> {
                    for (var each : List.of(bundle, second)) {
                        String name = each.fingerprint().hex();
                        assertThat(browser.elements("#bundles tbody th[scope=row]"))
                                .extracting(WebElement::getText)
                                .contains(each.manifest().name() + " " + name);
                        assertThat(value("#bundles [data-bundle='" + name + "']"))
                                .isEqualTo(accuracy(name)
                                        .path("total")
                                        .path("accuracy")
                                        .path("value")
                                        .asDouble());
                    }
                    assertThat(value("#bundles [data-bundle='"
                                    + second.fingerprint().hex() + "']"))
                            .isEqualTo(0.75);
                });
    }

    private void shouldBeUsableByKeyboard() {
        var total = browser.element("#windows input[value=total]");
        total.sendKeys(Keys.ARROW_LEFT);
        assertThat(browser.run("return document.querySelector('#windows input:checked').value"))
                .isEqualTo("last-1000");
        browser.element("#windows input[value=last-1000]").sendKeys(Keys.ARROW_RIGHT);
        assertThat(browser.run("return document.querySelector('#windows input:checked').value"))
                .isEqualTo("total");
        browser.element("#chart-details summary").sendKeys(Keys.ENTER);
        await().atMost(SOON).until(() -> !browser.elements("#chart-table tbody th[scope=row]")
                .isEmpty());
        assertThat(browser.element("#chart-table thead").getText()).startsWith("Time all labelled frames");
        browser.element("#chart-details summary").sendKeys(Keys.ENTER);
        assertThat(browser.run("return [...document.querySelectorAll('svg[role=img], [role=img]')]"
                        + ".every(e => e.getAttribute('aria-label').length > 5)"))
                .isEqualTo(true);
    }

    private void shouldFitAPhone() {
        browser.look(390, 844, true);
        assertThat((Long) browser.run("return document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(390);
    }

    /** For people to look at. */
    private void save(String name, int width, boolean dark) throws Exception {
        browser.look(width, 1000, dark);
        await().atMost(SOON)
                .until(() -> browser.run("return document.getAnimations().every(a => a.playState !== 'running')")
                        .equals(true));
        browser.look(width, ((Long) browser.run("return document.documentElement.scrollHeight")).intValue(), dark);
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target", name), browser.screenshot());
    }

    private double value(String selector) {
        return Double.parseDouble(
                String.valueOf(browser.run("return document.querySelector(\"" + selector + "\").dataset.value")));
    }

    private JsonNode accuracy() throws Exception {
        return accuracy(Ledger.ALL_BUNDLES);
    }

    private JsonNode accuracy(String of) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + port + "/accuracy");
        var body = HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        return new ObjectMapper().readTree(body).path(of);
    }

    private ClassifierApp app() throws InterruptedException {
        return app(Map.of());
    }

    private ClassifierApp app(Map<String, String> more) throws InterruptedException {
        var app = ClassifierApp.start(ClassifierConfig.from(ConfigSources.of(Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "bundle",
                        bundle.directory() + "," + second.directory(),
                        "state.dir",
                        directory.resolve("state").toString(),
                        "http.port",
                        Integer.toString(port)))
                .with(more)));
        assertThat(app.app().awaitReady(SOON)).isTrue();
        return app;
    }
}
