package io.featherwire.cli.operations;

import io.featherwire.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;

/**
 * A broker that outsiders reach through TLS and SCRAM only, where nobody may do what no access control list allows. The
 * listener between brokers, plain and on a port of its own, is where users and lists are set up.
 */
final class SecuredBroker implements AutoCloseable {

    private static final String STORE_PASSWORD = "store-secret-7c1f";
    private static final int ITERATIONS = 4096;

    private final EmbeddedBroker broker;
    private final Path trustStore;
    private final String inside;

    private SecuredBroker(EmbeddedBroker broker, Path trustStore, String inside) {
        this.broker = broker;
        this.trustStore = trustStore;
        this.inside = inside;
    }

    static SecuredBroker start(Path directory) throws IOException, InterruptedException {
        Path keyStore = directory.resolve("broker.p12");
        Path trustStore = directory.resolve("trust.p12");
        makeStores(directory, keyStore, trustStore);
        int outside = EmbeddedBroker.freePort();
        int insidePort = EmbeddedBroker.freePort();
        int controller = EmbeddedBroker.freePort();
        var broker = EmbeddedBroker.start(
                directory.resolve("broker"),
                outside,
                Map.ofEntries(
                        Map.entry(
                                "listeners",
                                "OUTSIDE://127.0.0.1:%d,INSIDE://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                                        .formatted(outside, insidePort, controller)),
                        Map.entry(
                                "advertised.listeners",
                                "OUTSIDE://127.0.0.1:%d,INSIDE://127.0.0.1:%d".formatted(outside, insidePort)),
                        Map.entry(
                                "listener.security.protocol.map",
                                "OUTSIDE:SASL_SSL,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                        Map.entry("inter.broker.listener.name", "INSIDE"),
                        Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controller),
                        Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
                        Map.entry(
                                "listener.name.outside.scram-sha-512.sasl.jaas.config",
                                "org.apache.kafka.common.security.scram.ScramLoginModule required;"),
                        Map.entry("ssl.keystore.location", keyStore.toString()),
                        Map.entry("ssl.keystore.type", "PKCS12"),
                        Map.entry("ssl.keystore.password", STORE_PASSWORD),
                        Map.entry("ssl.key.password", STORE_PASSWORD),
                        Map.entry("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                        Map.entry("super.users", "User:ANONYMOUS")));
        return new SecuredBroker(broker, trustStore, "127.0.0.1:" + insidePort);
    }

    /** For {@code bootstrap.servers} of outsiders. */
    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    void addUsers(Collection<String> users) throws Exception {
        try (Admin admin = inside()) {
            List<UserScramCredentialAlteration> changes = new ArrayList<>();
            for (String user : users) {
                changes.add(new UserScramCredentialUpsertion(
                        user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS), password(user)));
            }
            admin.alterUserScramCredentials(changes).all().get();
        }
    }

    void allow(Collection<AclBinding> bindings) throws Exception {
        try (Admin admin = inside()) {
            admin.createAcls(bindings).all().get();
        }
    }

    static String password(String user) {
        return user + "-secret-42d9";
    }

    /** What a user sets under kafka.* to get in. */
    Map<String, String> kafka(String user) {
        return kafka(user, password(user));
    }

    Map<String, String> kafka(String user, String password) {
        return Map.of(
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(user, password),
                "ssl.truststore.location",
                trustStore.toString(),
                "ssl.truststore.type",
                "PKCS12",
                "ssl.truststore.password",
                STORE_PASSWORD);
    }

    /** All secrets there are, none of which may be logged. */
    static List<String> secrets(Collection<String> users) {
        List<String> secrets =
                new ArrayList<>(users.stream().map(SecuredBroker::password).toList());
        secrets.add(STORE_PASSWORD);
        return secrets;
    }

    private Admin inside() {
        return Admin.create(new HashMap<>(Map.of("bootstrap.servers", inside)));
    }

    @Override
    public void close() {
        broker.close();
    }

    private static void makeStores(Path directory, Path keyStore, Path trustStore)
            throws IOException, InterruptedException {
        Path certificate = directory.resolve("broker.pem");
        keytool(
                directory,
                "-genkeypair -alias broker -keyalg EC -dname CN=localhost -ext san=ip:127.0.0.1,dns:localhost"
                        + " -validity 2 -storetype PKCS12 -storepass " + STORE_PASSWORD + " -keystore " + keyStore);
        keytool(
                directory,
                "-exportcert -rfc -alias broker -storepass " + STORE_PASSWORD + " -keystore " + keyStore + " -file "
                        + certificate);
        keytool(
                directory,
                "-importcert -noprompt -alias broker -storetype PKCS12 -storepass " + STORE_PASSWORD + " -keystore "
                        + trustStore + " -file " + certificate);
    }

    private static void keytool(Path directory, String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments.split(" ")));
        Path log = directory.resolve("keytool.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException("keytool: " + Files.readString(log));
        }
    }
}
