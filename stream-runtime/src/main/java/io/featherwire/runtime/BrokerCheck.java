package io.featherwire.runtime;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.KafkaProperties;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Checks at start that the brokers answer and that the topics exist. A wrong address, a wrong credential or a missing
 * topic then gives one message within seconds, instead of many warnings of the Kafka client.
 */
public final class BrokerCheck {

    /**
     * The client id of the check. Loggers may suppress the Kafka client's lines with this id, since the check reports
     * the same failure.
     */
    public static final String CLIENT_ID = "featherwire-check";

    private static final int CONNECT_MS = 2_000;
    private static final int ANSWER_MS = 4_500;
    private static final int PROBE_MS = 2_000;
    private static final int BACKOFF_MS = 1_000;

    /** Host and port, without a protocol. */
    private static final Pattern PLAIN_ADDRESS = Pattern.compile("(?!.*://).*:\\d{1,5}");

    private BrokerCheck() {}

    /**
     * @param topics the names of the required topics, by the settings that define them
     * @throws ConfigException if a broker does not answer or a topic is missing; it is thrown within ten seconds
     */
    public static void require(String bootstrapServers, KafkaProperties kafka, Map<String, String> topics) {
        requireListener(bootstrapServers);
        Map<String, Object> properties = new HashMap<>();
        kafka.applyTo(properties);
        properties.put(AdminClientConfig.CLIENT_ID_CONFIG, CLIENT_ID);
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MS - 500);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MS);
        properties.put(AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, BACKOFF_MS);
        properties.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, BACKOFF_MS);
        boolean tls = String.valueOf(properties.get(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG))
                .contains("SSL");
        try (Admin admin = createAdmin(properties)) {
            if (topics.isEmpty()) {
                awaitResult(
                        bootstrapServers,
                        tls,
                        admin.describeCluster(new DescribeClusterOptions()).nodes());
            } else {
                requireTopics(bootstrapServers, tls, topics, admin);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while connecting to the brokers", e);
        }
    }

    /**
     * Creates an admin client.
     *
     * @throws ConfigException if Kafka's client rejects its settings
     */
    public static Admin createAdmin(Map<String, Object> properties) {
        try {
            return Admin.create(properties);
        } catch (KafkaException e) {
            throw invalidSettings(properties.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG), e);
        }
    }

    /** Converts a Kafka client's exception about its settings to a ConfigException. */
    public static ConfigException invalidSettings(@Nullable Object bootstrapServers, KafkaException why) {
        Throwable root = why;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = toOneLine(root.getMessage());
        if (message.contains("bootstrap.servers") || message.contains("bootstrap urls")) {
            return new ConfigException(
                    "bootstrap.servers",
                    "\"" + bootstrapServers + "\" (" + message + ")",
                    "host:port of brokers, separated by commas",
                    "correct the address");
        }
        return new ConfigException(
                "kafka.*",
                "the Kafka client rejects its settings: " + message,
                "valid settings of a Kafka client",
                "check kafka.security.protocol, kafka.sasl.jaas.config, kafka.sasl.mechanism and kafka.ssl.*");
    }

    private static void requireTopics(String bootstrapServers, boolean tls, Map<String, String> topics, Admin admin)
            throws InterruptedException {
        List<ConfigException.Problem> missing = new ArrayList<>();
        Map<String, ? extends KafkaFuture<?>> found =
                admin.describeTopics(topics.values()).topicNameValues();
        for (Map.Entry<String, String> topic : topics.entrySet()) {
            try {
                requireNonNull(found.get(topic.getValue()), "answer").get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    missing.add(new ConfigException.Problem(
                            topic.getKey(),
                            "there is no topic \"" + topic.getValue() + "\" at " + bootstrapServers,
                            "an existing topic",
                            "create it: featherwire topics create --bootstrap-servers " + bootstrapServers));
                } else {
                    throw describeFailure(bootstrapServers, tls, requireNonNull(e.getCause(), "cause"));
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new ConfigException(missing);
        }
    }

    private static void awaitResult(String bootstrapServers, boolean tls, KafkaFuture<?> future)
            throws InterruptedException {
        try {
            future.get();
        } catch (ExecutionException e) {
            throw describeFailure(bootstrapServers, tls, requireNonNull(e.getCause(), "cause"));
        }
    }

    private static ConfigException describeFailure(String bootstrapServers, boolean tls, Throwable why) {
        if (why instanceof AuthenticationException) {
            return new ConfigException(
                    "kafka.*",
                    "the brokers at " + bootstrapServers + " refuse the credentials: " + toOneLine(why.getMessage()),
                    "valid credentials",
                    "check kafka.security.protocol, kafka.sasl.* and kafka.ssl.*");
        }
        if (why instanceof AuthorizationException) {
            return new ConfigException(
                    "kafka.*",
                    "the brokers at " + bootstrapServers + " refuse access: " + toOneLine(why.getMessage()),
                    "a user that may use these topics",
                    "check the ACLs (docs/use/operations.md)");
        }
        BrokerProbe.Result found =
                why instanceof RetriableException ? probe(bootstrapServers, tls) : BrokerProbe.Result.OTHER;
        return switch (found) {
            case BROKER ->
                new ConfigException(
                        "bootstrap.servers",
                        "a broker listens at \"" + bootstrapServers + "\", but did not answer in time: "
                                + toOneLine(why.getMessage()),
                        "brokers that answer within " + ANSWER_MS / 1000.0 + " s",
                        "try again if the broker is busy or has just started; check that its advertised addresses "
                                + "(advertised.listeners) can be reached from here");
            case SILENCE ->
                new ConfigException(
                        "bootstrap.servers",
                        "a server listens at \"" + bootstrapServers + "\", but did not answer in time: "
                                + toOneLine(why.getMessage()),
                        "a Kafka broker that answers within " + ANSWER_MS / 1000.0 + " s",
                        "try again if the server is busy or has just started; if it still does not answer, check "
                                + "the port and kafka.security.protocol");
            case OTHER ->
                new ConfigException(
                        "bootstrap.servers",
                        "a server listens at \"" + bootstrapServers + "\", but does not answer like a Kafka broker: "
                                + toOneLine(why.getMessage()),
                        "the address of a Kafka broker, with its security protocol",
                        "check the port, and kafka.security.protocol if the broker uses TLS or SASL");
        };
    }

    /**
     * Probes all addresses. The result is {@code BROKER} if one of them is a broker, otherwise {@code SILENCE} if one
     * of them does not respond.
     */
    private static BrokerProbe.Result probe(String bootstrapServers, boolean tls) {
        if (tls) {
            // A peer without TLS fails at the handshake, not by a timeout.
            return BrokerProbe.Result.SILENCE;
        }
        return Arrays.stream(bootstrapServers.split(","))
                .map(String::strip)
                .filter(address -> PLAIN_ADDRESS.matcher(address).matches())
                .parallel()
                .map(address -> BrokerProbe.probe(host(address), port(address), PROBE_MS))
                .min(Comparator.naturalOrder())
                .orElse(BrokerProbe.Result.OTHER);
    }

    /** Checks that a TCP connection to at least one of the addresses succeeds. */
    private static void requireListener(String bootstrapServers) {
        List<String> problems = new ArrayList<>();
        List<CompletableFuture<String>> tries = Arrays.stream(bootstrapServers.split(","))
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .map(BrokerCheck::connect)
                .toList();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CONNECT_MS);
        for (CompletableFuture<String> one : tries) {
            try {
                String problem = one.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (problem.isEmpty()) {
                    return;
                }
                problems.add(problem);
            } catch (TimeoutException e) {
                problems.add("no answer within " + CONNECT_MS + " ms");
            } catch (ExecutionException e) {
                problems.add(toOneLine(requireNonNull(e.getCause(), "cause").getMessage()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StartException("interrupted while connecting to the brokers", e);
            }
        }
        throw new ConfigException(
                "bootstrap.servers",
                "no broker can be reached at \"" + bootstrapServers + "\" (" + String.join("; ", problems) + ")",
                "host:port of a running broker",
                "start the broker, or give another address (--bootstrap-servers, FEATHERWIRE_BOOTSTRAP_SERVERS)");
    }

    /**
     * Connects on a daemon thread, since name resolution may be slow. The result is the failure, or empty if the
     * connection succeeds.
     */
    private static CompletableFuture<String> connect(String address) {
        var result = new CompletableFuture<String>();
        var thread = new Thread(() -> result.complete(tryToConnect(address)), CLIENT_ID);
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static String tryToConnect(String address) {
        // Kafka's own check reports an address that has a protocol, no port or an invalid port.
        if (!PLAIN_ADDRESS.matcher(address).matches() || port(address) > 65_535) {
            return "";
        }
        int port = port(address);
        String host = host(address);
        try (var socket = new Socket()) {
            var place = new InetSocketAddress(host, port);
            if (place.isUnresolved()) {
                throw new UnknownHostException(host);
            }
            socket.connect(place, CONNECT_MS);
            return "";
        } catch (UnknownHostException e) {
            return "unknown host \"" + host + "\"";
        } catch (IOException e) {
            return address + ": " + toOneLine(e.getMessage());
        }
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static String host(String address) {
        return address.substring(0, address.lastIndexOf(':')).replaceAll("^\\[|]$", "");
    }

    private static String toOneLine(@Nullable String message) {
        return String.valueOf(message).replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }
}
