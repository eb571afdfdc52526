package io.featherwire.cli;

import io.featherwire.runtime.BrokerCheck;
import io.featherwire.runtime.config.KafkaProperties;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Opens admin clients of Kafka. */
final class AdminConnection {

    private static final int TIMEOUT_MS = 20_000;

    private AdminConnection() {}

    public static Admin open(String bootstrapServers, KafkaProperties kafka) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 2);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        kafka.applyTo(properties);
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return BrokerCheck.createAdmin(properties);
    }
}
