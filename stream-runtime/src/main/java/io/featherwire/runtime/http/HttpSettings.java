package io.featherwire.runtime.http;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.Secret;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import java.util.List;
import java.util.Optional;

/**
 * The address and credentials of the HTTP server. Without token and user, the server answers every request.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 picks a free port
 * @param token the bearer token for all routes except the health endpoints
 * @param user the user name for basic authentication, an alternative to the token
 * @param password the password of that user
 */
public record HttpSettings(
        String host, int port, Optional<Secret> token, Optional<String> user, Optional<Secret> password) {

    private static final Settings SETTINGS = new Settings();

    private static final Setting<String> HOST = SETTINGS.add(Setting.text(
                    "http.host",
                    "Address on which the HTTP server listens. With 0.0.0.0 other machines can reach "
                            + "the HTTP server.")
            .withDefault("127.0.0.1"));
    private static final Setting<Integer> PORT = SETTINGS.add(Setting.integer(
            "http.port", "Port of the HTTP server. With 0 the operating system chooses a free port.", 0, 65535));
    private static final Setting<Secret> TOKEN = SETTINGS.add(Setting.secret(
                    "http.token",
                    "Bearer token that the HTTP server requires for all paths except /healthz and " + "/readyz.")
            .optional());
    private static final Setting<String> USER = SETTINGS.add(Setting.text(
                    "http.user",
                    "User name that the HTTP server requires (basic authentication) for all paths "
                            + "except /healthz and /readyz.")
            .optional());
    private static final Setting<Secret> PASSWORD = SETTINGS.add(
            Setting.secret("http.password", "Password of the user http.user.").optional());

    public HttpSettings {
        requireNonNull(host, "host");
        if (user.isPresent() != password.isPresent()) {
            throw new ConfigException(
                    "http.password",
                    "only one of user and password is set",
                    "set together with http.user",
                    "set both or neither of FEATHERWIRE_HTTP_USER and FEATHERWIRE_HTTP_PASSWORD");
        }
    }

    /** Settings for a server on loopback without authentication, for embedded use. */
    public static HttpSettings loopback(int port) {
        return new HttpSettings("127.0.0.1", port, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * The declared settings.
     *
     * @param port the default port
     */
    public static List<Setting<?>> settings(int port) {
        return SETTINGS.list(PORT.withDefault(Integer.toString(port)));
    }

    /**
     * Reads the settings.
     *
     * @param values the values of {@link #settings}
     */
    public static HttpSettings from(SettingValues values) {
        return new HttpSettings(
                values.get(HOST), values.get(PORT), values.find(TOKEN), values.find(USER), values.find(PASSWORD));
    }
}
