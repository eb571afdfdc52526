package io.featherwire.producer.mqtt;

import static java.util.Objects.requireNonNull;

import java.net.URI;

/** The address of an MQTT broker, such as mqtt://broker:1883 or, with TLS, mqtts://broker:8883. */
public record MqttAddress(String host, int port, boolean tls) {

    private static final int PORT = 1883;
    private static final int TLS_PORT = 8883;

    public MqttAddress {
        requireNonNull(host, "host");
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port is " + port + ", must be in 1..65535");
        }
    }

    /** @throws IllegalArgumentException if the text is not such an address */
    public static MqttAddress parse(String text) {
        URI uri = URI.create(text);
        boolean tls = "mqtts".equals(uri.getScheme());
        boolean hasMore = uri.getUserInfo() != null
                || uri.getQuery() != null
                || uri.getFragment() != null
                || !(uri.getPath() == null
                        || uri.getPath().isEmpty()
                        || uri.getPath().equals("/"));
        if (!tls && !"mqtt".equals(uri.getScheme()) || uri.getHost() == null || hasMore) {
            throw new IllegalArgumentException("not mqtt://host:port or mqtts://host:port");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? TLS_PORT : PORT;
        return new MqttAddress(uri.getHost(), port, tls);
    }

    @Override
    public String toString() {
        return (tls ? "mqtts://" : "mqtt://") + host + ":" + port;
    }
}
