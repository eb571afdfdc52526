package io.featherwire.schemas.serde;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** A real Apicurio registry in a process of its own, in memory, from the archive that the Maven profile {@code registry} unpacked. */
final class RegistryServer implements AutoCloseable {
    private static final int LEAST_JAVA = 21;
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Process process;
    private final String url;

    private RegistryServer(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    static RegistryServer start(Path log) throws IOException, InterruptedException {
        var home = Path.of(System.getProperty("registry.home", "target/registry"));
        var jar = home.resolve("quarkus-run.jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException("no registry at " + jar.toAbsolutePath() + "; run with -Pregistry");
        }
        int port = freePort();
        var process = new ProcessBuilder(
                        javaHome().resolve("bin").resolve("java").toString(),
                        "-Xmx384m",
                        "-XX:TieredStopAtLevel=1",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=" + port,
                        "-Dquarkus.management.port=" + freePort(),
                        "-jar",
                        jar.toAbsolutePath().toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var server = new RegistryServer(process, "http://127.0.0.1:" + port);
        try {
            server.awaitReady(log);
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    String url() {
        return url;
    }

    /** The body that a GET answers, on the registry's address. */
    String get(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url + path)).build(), BodyHandlers.ofString())
                .body();
    }

    private void awaitReady(Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            if (!process.isAlive()) {
                throw new IllegalStateException("the registry ended with " + process.exitValue() + "; see " + log);
            }
            try {
                if (get("/apis/ccompat/v7/subjects").startsWith("[")) {
                    return;
                }
            } catch (IOException e) {
                // Not listening yet.
            }
            Thread.sleep(250);
        }
        throw new IllegalStateException("the registry was not up after " + START_LIMIT + "; see " + log);
    }

    /** A Java that the registry runs on: $REGISTRY_JAVA_HOME, this one if it is new enough, or a newer one installed beside it. */
    private static Path javaHome() throws IOException {
        var named = System.getenv("REGISTRY_JAVA_HOME");
        if (named != null) {
            return Path.of(named);
        }
        var own = Path.of(System.getProperty("java.home")).toRealPath();
        if (Runtime.version().feature() >= LEAST_JAVA) {
            return own;
        }
        try (var beside = Files.list(own.getParent())) {
            return beside.filter(home -> featureOf(home).orElse(0) >= LEAST_JAVA)
                    .sorted()
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("the registry needs Java " + LEAST_JAVA
                            + " or newer, and none is beside " + own + "; set REGISTRY_JAVA_HOME"));
        }
    }

    private static Optional<Integer> featureOf(Path home) {
        var release = new Properties();
        try (var in = Files.newBufferedReader(home.resolve("release"))) {
            release.load(in);
        } catch (IOException e) {
            return Optional.empty();
        }
        var version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
        return version.isEmpty()
                ? Optional.empty()
                : Optional.of(Runtime.Version.parse(version).feature());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
