package io.featherwire.producer.outbox;

import io.featherwire.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A broker with two listeners: one with TLS that says it is at another port, that of a proxy, and one without for the test itself. */
record TlsBroker(EmbeddedBroker broker, String inside, Map<String, String> client) implements AutoCloseable {

    private static final String PASSWORD = "stores-9f31";

    /** @param near port of the proxy that clients with TLS come through */
    static TlsBroker start(Path directory, int near) throws Exception {
        Path keyStore = directory.resolve("broker.p12");
        keytool(
                directory,
                "-genkeypair -alias broker -keyalg EC -dname CN=localhost -ext san=ip:127.0.0.1,dns:localhost"
                        + " -validity 2 -storetype PKCS12 -storepass " + PASSWORD + " -keystore " + keyStore);
        int outside = EmbeddedBroker.freePort();
        int inside = EmbeddedBroker.freePort();
        int controller = EmbeddedBroker.freePort();
        var broker = EmbeddedBroker.start(
                directory.resolve("broker"),
                outside,
                Map.ofEntries(
                        Map.entry(
                                "listeners",
                                "OUTSIDE://127.0.0.1:%d,INSIDE://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                                        .formatted(outside, inside, controller)),
                        Map.entry(
                                "advertised.listeners",
                                "OUTSIDE://127.0.0.1:%d,INSIDE://127.0.0.1:%d".formatted(near, inside)),
                        Map.entry(
                                "listener.security.protocol.map", "OUTSIDE:SSL,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                        Map.entry("inter.broker.listener.name", "INSIDE"),
                        Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controller),
                        Map.entry("ssl.keystore.location", keyStore.toString()),
                        Map.entry("ssl.keystore.type", "PKCS12"),
                        Map.entry("ssl.keystore.password", PASSWORD),
                        Map.entry("ssl.key.password", PASSWORD)));
        return new TlsBroker(
                broker,
                "127.0.0.1:" + inside,
                Map.of(
                        "security.protocol",
                        "SSL",
                        "ssl.truststore.location",
                        keyStore.toString(),
                        "ssl.truststore.type",
                        "PKCS12",
                        "ssl.truststore.password",
                        PASSWORD));
    }

    private static void keytool(Path directory, String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments.split(" ")));
        Path log = directory.resolve("keytool.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(3, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IllegalStateException("keytool: " + Files.readString(log));
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
