package io.featherwire.cli.operations;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.broker.TlsBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;

/**
 * A broker that clients reach only by TLS and SCRAM, and that allows only what an access control list grants. The
 * listener between brokers, plain and on a port of its own, is where users and lists are set up.
 */
final class SecuredBroker implements AutoCloseable {

    private static final int ITERATIONS = 4096;

    private final TlsBroker broker;

    private SecuredBroker(TlsBroker broker) {
        this.broker = broker;
    }

    static SecuredBroker start(Path directory) throws IOException, InterruptedException {
        int port = EmbeddedBroker.freePort();
        return new SecuredBroker(TlsBroker.start(
                directory,
                port,
                port,
                TlsBroker.Protocol.SASL_SSL,
                Map.of(
                        "sasl.enabled.mechanisms",
                        "SCRAM-SHA-512",
                        "listener.name.outside.scram-sha-512.sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                        "authorizer.class.name",
                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "super.users",
                        "User:ANONYMOUS")));
    }

    /** For {@code bootstrap.servers} of outsiders. */
    String bootstrapServers() {
        return broker.broker().bootstrapServers();
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

    /** The settings under kafka.* with which a user connects. */
    Map<String, String> kafka(String user) {
        return kafka(user, password(user));
    }

    Map<String, String> kafka(String user, String password) {
        Map<String, String> settings = new HashMap<>(broker.trust());
        settings.put("sasl.mechanism", "SCRAM-SHA-512");
        settings.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(user, password));
        return settings;
    }

    /** All secrets, none of which may be logged. */
    static List<String> secrets(Collection<String> users) {
        List<String> secrets =
                new ArrayList<>(users.stream().map(SecuredBroker::password).toList());
        secrets.add(TlsBroker.STORE_PASSWORD);
        return secrets;
    }

    private Admin inside() {
        return Admin.create(new HashMap<>(Map.of("bootstrap.servers", broker.inside())));
    }

    @Override
    public void close() {
        broker.close();
    }
}
