package io.featherwire.runtime;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.Secret;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import io.featherwire.schemas.serde.TopicSerdes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of the schema registry.
 *
 * @param registry the address of the schema registry; without a registry, records contain their schema's fingerprint
 * @param user the user name for basic authentication at the registry
 * @param password the password of that user
 */
public record SchemaSettings(Optional<String> registry, Optional<String> user, Optional<Secret> password) {

    private static final Settings GROUP = new Settings();

    private static final Setting<String> REGISTRY = GROUP.add(Setting.text(
                    TopicSerdes.REGISTRY_URL,
                    "Address of the schema registry (Apicurio). If an address is set, the program "
                            + "writes records in the Confluent-compatible wire format. If no address is set, the "
                            + "program writes records in Avro's single-object encoding.",
                    "http(s)://host:port, without credentials",
                    text -> text.matches("https?://[^\\s/@]+(/[^\\s@]*)?"))
            .optional());
    private static final Setting<String> USER = GROUP.add(
            Setting.text("schema.registry.user", "User name for HTTP basic authentication at the schema registry.")
                    .optional());
    private static final Setting<Secret> PASSWORD = GROUP.add(Setting.secret(
                    "schema.registry.password", "Password of the user schema.registry.user at the schema registry.")
            .optional());

    /** All settings of this class. */
    public static final List<Setting<?>> SETTINGS = GROUP.list();

    public SchemaSettings {
        requireNonNull(registry, "registry");
        if (user.isPresent() != password.isPresent()) {
            throw new ConfigException(
                    "schema.registry.password",
                    "only one of user and password is set",
                    "set together with schema.registry.user",
                    "set both or neither of FEATHERWIRE_SCHEMA_REGISTRY_USER and FEATHERWIRE_SCHEMA_REGISTRY_PASSWORD");
        }
    }

    public static SchemaSettings from(SettingValues values) {
        return new SchemaSettings(values.find(REGISTRY), values.find(USER), values.find(PASSWORD));
    }

    /**
     * Creates the serdes of all topics with these settings. A serde requests a schema from the registry when it first
     * needs the schema.
     */
    public TopicSerdes serdes() {
        Map<String, String> config = new HashMap<>();
        registry.ifPresent(url -> config.put(TopicSerdes.REGISTRY_URL, url));
        user.ifPresent(name -> config.put("apicurio.registry.auth.username", name));
        password.ifPresent(secret -> config.put("apicurio.registry.auth.password", secret.reveal()));
        return TopicSerdes.of(config);
    }
}
