package io.featherwire.producer.outbox;

import static org.awaitility.Awaitility.await;

import io.featherwire.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real MQTT broker: Debian's mosquitto, in a process of its own, which can be killed and started again. */
final class Mosquitto implements AutoCloseable {

    private final Path program;
    private final Path directory;
    private final int port;
    private Process process;

    private Mosquitto(Path program, Path directory, int port) {
        this.program = program;
        this.directory = directory;
        this.port = port;
    }

    /**
     * Starts one that remembers nothing once it is killed. Skips the test where mosquitto is not installed.
     *
     * @param more lines of its configuration, for its listener
     */
    static Mosquitto start(Path directory, String... more) throws IOException {
        Optional<Path> program = Stream.of("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(program.isPresent(), "mosquitto is not installed: apt-get install mosquitto");
        var broker = new Mosquitto(program.get(), Files.createDirectories(directory), EmbeddedBroker.freePort());
        List<String> lines =
                new ArrayList<>(List.of("listener " + broker.port + " 127.0.0.1", "persistence false", "user root"));
        lines.addAll(List.of(more));
        if (Stream.of(more).noneMatch(line -> line.startsWith("allow_anonymous"))) {
            lines.add("allow_anonymous true");
        }
        Files.write(directory.resolve("mosquitto.conf"), lines);
        broker.run();
        return broker;
    }

    /** Writes a file of one user's name and password, for {@code password_file}. */
    static Path passwords(Path file, String user, String password) throws IOException, InterruptedException {
        Process program = new ProcessBuilder("mosquitto_passwd", "-b", "-c", file.toString(), user, password)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Assumptions.assumeTrue(program.waitFor() == 0, "mosquitto_passwd fails: apt-get install mosquitto");
        return file;
    }

    int port() {
        return port;
    }

    void run() throws IOException {
        process = new ProcessBuilder(
                        program.toString(),
                        "-c",
                        directory.resolve("mosquitto.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            try (var socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Loses sessions, queued messages and what was retained. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
