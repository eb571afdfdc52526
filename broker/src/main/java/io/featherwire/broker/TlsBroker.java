package io.featherwire.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A broker that clients reach through TLS. A second listener without TLS, on a port of its own, is for the broker
 * itself and for admin clients.
 *
 * @param inside {@code bootstrap.servers} of the listener without TLS
 * @param trust client settings that trust the broker's certificate
 */
public record TlsBroker(EmbeddedBroker broker, String inside, Map<String, String> trust) implements AutoCloseable {

    /** The password of the key store, which is also the clients' trust store. */
    public static final String STORE_PASSWORD = "store-secret-7c1f";

    /** The security protocol of the listener with TLS. */
    public enum Protocol {
        /** TLS without a login. */
        SSL,
        /** TLS with a login; further settings name the SASL mechanism. */
        SASL_SSL
    }

    public TlsBroker {
        trust = Map.copyOf(trust);
    }

    /**
     * Starts a broker with a certificate of its own.
     *
     * @param directory the directory for the broker's data and its key store
     * @param port the port of the listener with TLS
     * @param advertised the port in the advertised listener, such as the port of a proxy
     * @param more further properties of the broker
     */
    public static TlsBroker start(Path directory, int port, int advertised, Protocol protocol, Map<String, String> more)
            throws IOException, InterruptedException {
        Path keyStore = directory.resolve("broker.p12");
        createCertificate(directory, keyStore);
        int inside = EmbeddedBroker.freePort();
        int controller = EmbeddedBroker.freePort();
        Map<String, String> settings = new HashMap<>(more);
        String inner = ",INSIDE://127.0.0.1:" + inside;
        settings.put("listeners", "OUTSIDE://127.0.0.1:" + port + inner + ",CONTROLLER://127.0.0.1:" + controller);
        settings.put("advertised.listeners", "OUTSIDE://127.0.0.1:" + advertised + inner);
        settings.put(
                "listener.security.protocol.map", "OUTSIDE:" + protocol + ",INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("inter.broker.listener.name", "INSIDE");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        settings.put("ssl.keystore.location", keyStore.toString());
        settings.put("ssl.keystore.type", "PKCS12");
        settings.put("ssl.keystore.password", STORE_PASSWORD);
        settings.put("ssl.key.password", STORE_PASSWORD);
        var broker = EmbeddedBroker.start(directory.resolve("broker"), port, settings);
        return new TlsBroker(
                broker,
                "127.0.0.1:" + inside,
                Map.of(
                        "security.protocol",
                        protocol.name(),
                        "ssl.truststore.location",
                        keyStore.toString(),
                        "ssl.truststore.type",
                        "PKCS12",
                        "ssl.truststore.password",
                        STORE_PASSWORD));
    }

    private static void createCertificate(Path directory, Path keyStore) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(("-genkeypair -alias broker -keyalg EC -dname CN=localhost"
                        + " -ext san=ip:127.0.0.1,dns:localhost -validity 2 -storetype PKCS12 -storepass "
                        + STORE_PASSWORD)
                .split(" ")));
        command.addAll(List.of("-keystore", keyStore.toString()));
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
