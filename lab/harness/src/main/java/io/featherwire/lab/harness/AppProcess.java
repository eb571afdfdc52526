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

/** One app in a JVM of its own, with this JVM's class path, that can be killed with -9 as well as asked to stop. */
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
     * @param mainClass of the app, which takes its settings from the environment
     * @param environment FEATHERWIRE_… variables; this JVM's own are not handed on, FEATHERWIRE_HTTP_PORT must be set
     * @param log what it prints is added to this file
     */
    public static AppProcess start(
            String name, String mainClass, Map<String, String> environment, List<String> jvmArguments, Path log) {
        requireNonNull(name, "name");
        List<String> command = new ArrayList<>();
        command.add(java());
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
     * Whether an app started here would use this class-data-sharing archive; the JVM silently ignores an archive of
     * another build.
     */
    public static boolean takesArchive(Path archive) {
        try {
            return new ProcessBuilder(
                                    java(),
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

    public boolean alive() {
        return process.isAlive();
    }

    /** Waits until /readyz answers 200; false after a timeout or if the process ends first. */
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (alive() && System.nanoTime() < deadline) {
            if (status("/readyz") == 200) {
                return true;
            }
            Thread.sleep(20);
        }
        return false;
    }

    /** SIGKILL: no hook runs, nothing is flushed. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Sends SIGTERM and returns the exit code; empty if it has not ended within that time. */
    public OptionalInt terminate(Duration atMost) throws InterruptedException {
        process.destroy();
        return awaitExit(atMost);
    }

    /** The exit code; empty if it has not ended within that time. */
    public OptionalInt awaitExit(Duration atMost) throws InterruptedException {
        return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)
                ? OptionalInt.of(process.exitValue())
                : OptionalInt.empty();
    }

    /** Suspends it (SIGSTOP), as on a machine that stalls, until {@link #thaw()}. */
    public void freeze() throws InterruptedException {
        signal("STOP");
    }

    public void thaw() throws InterruptedException {
        signal("CONT");
    }

    /** Asks it for a thread dump (SIGQUIT), which {@link #lastLine} finds a moment later. */
    public void printThreads() throws InterruptedException {
        signal("QUIT");
    }

    private void signal(String name) throws InterruptedException {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send SIG" + name + " to " + this.name, e);
        }
    }

    /** The response body of /metrics or another path. */
    public String get(String path) throws IOException, InterruptedException {
        return HTTP.send(request(path), HttpResponse.BodyHandlers.ofString()).body();
    }

    /** The current value of a metric on /metrics, from the first matching line; empty if there is none or no answer. */
    public OptionalDouble metric(String metric) throws InterruptedException {
        try {
            return get("/metrics")
                    .lines()
                    .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .findFirst();
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
    }

    /** The last line of its output that contains a text; empty if there is none. */
    public String lastLine(String part) {
        try (Stream<String> lines = Files.lines(log, UTF_8)) {
            return lines.filter(line -> line.contains(part)).reduce("", (before, last) -> last);
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** The end of its output. */
    public String logTail() {
        try {
            String text = Files.readString(log, UTF_8);
            return text.substring(Math.max(0, text.length() - LOG_TAIL));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** Kills it if it is still alive. */
    @Override
    public void close() {
        process.destroyForcibly();
    }

    private int status(String path) throws InterruptedException {
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

    /** Maven's test runner stores the real class path in another property if it is too long for java.class.path. */
    private static String java() {
        return ProcessHandle.current().info().command().orElse("java");
    }

    private static String classPath() {
        String surefire = System.getProperty("surefire.test.class.path", "");
        return surefire.isEmpty() ? System.getProperty("java.class.path") : surefire;
    }
}
