package io.featherwire.lab.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An app in a separate JVM with this JVM's class path. It can be stopped (SIGTERM) or killed (SIGKILL). */
public final class AppProcess implements AutoCloseable {

    private static final int LOG_TAIL = 4_000;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    private final String name;
    private final Process process;
    private final Path log;
    private final int httpPort;

    private AppProcess(String name, Process process, Path log, int httpPort) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.httpPort = httpPort;
    }

    /**
     * Starts the process and returns at once.
     *
     * @param mainClass main class of the app, which reads its settings from the environment
     * @param environment FEATHERWIRE_… variables, FEATHERWIRE_HTTP_PORT among them; this JVM's own FEATHERWIRE_…
     *     variables are not passed on
     * @param log file that the app's output is appended to
     */
    public static AppProcess start(
            String name, String mainClass, Map<String, String> environment, List<String> jvmArguments, Path log) {
        requireNonNull(name, "name");
        List<String> command = new ArrayList<>();
        command.add(javaCommand());
        command.addAll(jvmArguments);
        command.add("-cp");
        command.add(classPath());
        command.add(mainClass);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(variable -> variable.startsWith("FEATHERWIRE_"));
        builder.environment().putAll(environment);
        try {
            int httpPort = Integer.parseInt(environment.getOrDefault("FEATHERWIRE_HTTP_PORT", "0"));
            return new AppProcess(name, builder.start(), log, httpPort);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    /**
     * Whether apps that this class starts can use a class-data-sharing archive. The JVM silently ignores an archive of
     * another build.
     */
    public static boolean canUseArchive(Path archive) {
        try {
            return new ProcessBuilder(
                                    javaCommand(),
                                    "-XX:SharedArchiveFile=" + archive,
                                    "-Xshare:on",
                                    "-cp",
                                    classPath(),
                                    "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a JVM", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until /readyz returns status 200. Returns false after a time-out or if the process ends first. */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (isAlive() && System.nanoTime() < deadline) {
            if (fetchStatus("/readyz") == 200) {
                return true;
            }
            Thread.sleep(20);
        }
        return false;
    }

    /** Sends SIGKILL: no shutdown hook runs, and nothing is flushed. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Sends SIGTERM and returns the exit code; empty if the process does not end in time. */
    public OptionalInt terminate(Duration timeout) throws InterruptedException {
        process.destroy();
        return awaitExit(timeout);
    }

    /** Waits for the exit code; empty if the process does not end in time. */
    public OptionalInt awaitExit(Duration timeout) throws InterruptedException {
        return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)
                ? OptionalInt.of(process.exitValue())
                : OptionalInt.empty();
    }

    /** Suspends the process (SIGSTOP) until {@link #resume()}, as if the machine stalled. */
    public void suspend() throws InterruptedException {
        sendSignal("STOP");
    }

    public void resume() throws InterruptedException {
        sendSignal("CONT");
    }

    /** Requests a thread dump (SIGQUIT), which {@link #lastLine} finds a moment later. */
    public void requestThreadDump() throws InterruptedException {
        sendSignal("QUIT");
    }

    private void sendSignal(String name) throws InterruptedException {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send SIG" + name + " to " + this.name, e);
        }
    }

    /** Returns the response body of /metrics or another path. */
    public String fetch(String path) throws IOException, InterruptedException {
        return HTTP.send(request(path), HttpResponse.BodyHandlers.ofString()).body();
    }

    /**
     * The current value of a metric, from the first matching line of /metrics; empty if there is no such line or no
     * response.
     */
    public OptionalDouble readMetric(String metric) throws InterruptedException {
        try {
            return fetch("/metrics")
                    .lines()
                    .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .findFirst();
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
    }

    /** The last line of the output that contains a text; empty if there is none. */
    public String lastLine(String part) {
        try (Stream<String> lines = Files.lines(log, UTF_8)) {
            return lines.filter(line -> line.contains(part)).reduce("", (before, last) -> last);
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** The end of the output. */
    public String logTail() {
        try {
            String text = Files.readString(log, UTF_8);
            return text.substring(Math.max(0, text.length() - LOG_TAIL));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** Kills the process if it is alive. */
    @Override
    public void close() {
        process.destroyForcibly();
    }

    private int fetchStatus(String path) throws InterruptedException {
        try {
            return HTTP.send(request(path), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
                .timeout(Duration.ofSeconds(2))
                .build();
    }

    private static String javaCommand() {
        return ProcessHandle.current().info().command().orElse("java");
    }

    /** The class path of this JVM. The test runner of Maven keeps a long class path in another property. */
    private static String classPath() {
        String surefire = System.getProperty("surefire.test.class.path", "");
        return surefire.isEmpty() ? System.getProperty("java.class.path") : surefire;
    }
}
