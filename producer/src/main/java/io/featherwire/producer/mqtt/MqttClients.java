package io.featherwire.producer.mqtt;

import static java.util.Objects.requireNonNull;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import io.featherwire.runtime.StartException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.KafkaException;

/**
 * Creates clients of an MQTT broker that do not reconnect by themselves, and waits for the broker's answers with a
 * timeout.
 */
public final class MqttClients {

    private MqttClients() {}

    /**
     * @param onCut called with the reason when the connection is lost
     * @throws StartException if the certificates cannot be read
     */
    public static Mqtt5AsyncClient createClient(
            MqttSettings settings, String id, Duration timeout, Consumer<Throwable> onCut) {
        Mqtt5ClientBuilder builder = Mqtt5Client.builder()
                .identifier(id)
                .executorConfig()
                .nettyThreads(1)
                .applyExecutorConfig()
                .transportConfig(transportConfig(settings, timeout))
                .addDisconnectedListener(context -> onCut.accept(context.getCause()));
        if (settings.user().isPresent()) {
            builder = builder.simpleAuth(simpleAuth(settings, settings.user().get()));
        }
        return builder.buildAsync();
    }

    private static MqttClientTransportConfig transportConfig(MqttSettings settings, Duration timeout) {
        MqttClientTransportConfigBuilder transport = MqttClientTransportConfig.builder()
                .serverHost(settings.address().host())
                .serverPort(settings.address().port())
                .socketConnectTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .mqttConnectTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        return settings.address().tls()
                ? transport.sslConfig(tlsConfig(settings)).build()
                : transport.build();
    }

    private static Mqtt5SimpleAuth simpleAuth(MqttSettings settings, String user) {
        Mqtt5SimpleAuthBuilder.Complete auth = Mqtt5SimpleAuth.builder().username(user);
        return settings.password()
                .map(secret -> auth.password(secret.reveal().getBytes(StandardCharsets.UTF_8)))
                .orElse(auth)
                .build();
    }

    private static MqttClientSslConfig tlsConfig(MqttSettings settings) {
        return settings.certificates()
                .map(file -> MqttClientSslConfig.builder()
                        .trustManagerFactory(trustManagerFor(file))
                        .build())
                .orElseGet(() -> MqttClientSslConfig.builder().build());
    }

    private static TrustManagerFactory trustManagerFor(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry(Integer.toString(trusted.size()), certificate);
            }
            if (trusted.size() == 0) {
                throw new CertificateException("the file has no certificate");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            return factory;
        } catch (IOException | GeneralSecurityException e) {
            throw new StartException(
                    "cannot read the certificates in " + file + " (mqtt.certificates): " + e.getMessage()
                            + "; give a file of certificates in PEM format",
                    e);
        }
    }

    /**
     * Checks that the broker acknowledges messages.
     *
     * @throws KafkaException if it does not
     */
    public static void requireQos(Mqtt5ConnAck accepted) {
        if (accepted.getRestrictions().getMaximumQos() == MqttQos.AT_MOST_ONCE) {
            throw new KafkaException("the MQTT broker accepts messages with QoS 0 only, and QoS 1 is needed: raise its"
                    + " limit (max_qos of mosquitto)");
        }
    }

    /**
     * Waits for an answer of the broker.
     *
     * @param what the name of the request, for messages
     * @throws KafkaException if the broker does not answer in time, or rejects the request: the connection then counts
     *     as lost
     */
    public static <T> T awaitResult(CompletableFuture<T> future, Duration timeout, String what)
            throws InterruptedException {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new KafkaException(what + " failed: the MQTT broker did not answer within " + timeout, e);
        } catch (ExecutionException e) {
            Throwable cause = requireNonNull(e.getCause(), "cause");
            throw new KafkaException(what + " failed: " + cause.getMessage(), cause);
        }
    }
}
