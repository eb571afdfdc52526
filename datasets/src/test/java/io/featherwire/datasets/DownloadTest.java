package io.featherwire.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {

    private static final Download PATIENT = new Download(Duration.ofMinutes(1), Duration.ofMinutes(5));
    private static final Download IMPATIENT = new Download(Duration.ofSeconds(2), Duration.ofMinutes(5));

    private final byte[] content = new byte[300_000];
    private final AtomicInteger served = new AtomicInteger();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile int silentAfter = Integer.MAX_VALUE;
    private volatile int status = 200;
    private volatile boolean trickle;

    @TempDir
    private Path directory;

    private HttpServer server;
    private URI source;
    private Path target;
    private String sha256;

    @BeforeEach
    void serve() throws IOException {
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 >> 3);
        }
        sha256 = HexFormat.of().formatHex(DatasetHash.sha256().digest(content));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::answer);
        server.start();
        source = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/file");
        target = directory.resolve("deep/file");
    }

    @AfterEach
    void stop() {
        done.countDown();
        server.stop(0);
    }

    @Test
    void shouldDownloadVerifyAndReportProgress() throws Exception {
        long[] last = new long[1];
        PATIENT.fetch(source, target, content.length, sha256, (received, total) -> last[0] = received);
        assertThat(target).hasBinaryContent(content);
        assertThat(last[0]).isEqualTo(content.length);
    }

    @Test
    void shouldResumeADownloadAfterATimeout() throws Exception {
        // Given
        silentAfter = 100_000;
        assertThatThrownBy(() -> fetch(IMPATIENT))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("next attempt");
        assertThat(target).doesNotExist();
        assertThat(Files.size(directory.resolve("deep/file.part"))).isBetween(1L, 100_000L);
        // When
        silentAfter = Integer.MAX_VALUE;
        served.set(0);
        fetch(PATIENT);
        // Then
        assertThat(target).hasBinaryContent(content);
        assertThat(served.get()).isLessThan(content.length);
    }

    @Test
    void shouldFailEarlyIfTheDownloadWouldTakeTooLong() {
        // Given: a file that takes a minute at the server's rate
        trickle = true;
        Download soon = new Download(Duration.ofSeconds(20), Duration.ofSeconds(10));

        // When
        long begin = System.nanoTime();
        assertThatThrownBy(() -> fetch(soon))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("too slow: the download would take");

        // Then
        assertThat(System.nanoTime() - begin).isLessThan(Duration.ofSeconds(8).toNanos());
    }

    @Test
    void shouldNameTheServerThatDoesNotRespondInTime() throws Exception {
        // Given: a socket that accepts connections and never responds
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            source = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/file");

            // Then
            assertThatThrownBy(() -> fetch(new Download(Duration.ofMillis(200), Duration.ofMinutes(1))))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("cannot reach");
        }
    }

    @Test
    void shouldRejectAFileWithAnUnexpectedHash() {
        assertThatThrownBy(() -> PATIENT.fetch(source, target, content.length, "00", DownloadListener.SILENT))
                .hasMessageContaining("SHA-256");
        assertThat(target).doesNotExist();
        assertThat(directory.resolve("deep/file.part")).doesNotExist();
        assertThatThrownBy(() -> PATIENT.fetch(source, target, 1000, sha256, DownloadListener.SILENT))
                .hasMessageContaining("more than the expected 1000 bytes");
    }

    @Test
    void shouldReportAServerThatFailsOrIsUnreachable() {
        status = 404;
        assertThatThrownBy(() -> fetch(PATIENT)).hasMessageContaining("status 404");
        done.countDown();
        server.stop(0);
        assertThatThrownBy(() -> fetch(PATIENT)).hasMessageContaining("cannot reach");
    }

    private void fetch(Download download) throws IOException {
        download.fetch(source, target, content.length, sha256, DownloadListener.SILENT);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
        byte[] rest = Arrays.copyOfRange(content, from, content.length);
        exchange.sendResponseHeaders(status == 200 && range != null ? 206 : status, rest.length);
        int count = Math.min(rest.length, Math.max(0, silentAfter - from));
        served.addAndGet(count);
        try (var body = exchange.getResponseBody()) {
            for (int i = 0; trickle && i < count; i += 100) {
                body.write(rest, i, 100);
                body.flush();
                if (done.await(20, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            body.write(rest, 0, count);
            body.flush();
            if (count < rest.length) {
                done.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
