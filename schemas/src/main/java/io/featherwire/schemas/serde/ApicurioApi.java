package io.featherwire.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** HTTP requests to the core API, version 3, of an Apicurio registry. Thread-safe. */
final class ApicurioApi {

    private static final String PREFIX = "apicurio.registry.";
    private static final String USER = PREFIX + "auth.username";
    private static final String PASSWORD = PREFIX + "auth.password";
    private static final int MAX_REASON_LENGTH = 300;
    /** The maximum length of a response. Schemas are much smaller. */
    private static final long MAX_BYTES = 8 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String url;
    private final Map<String, String> headers;
    private final Duration maxDuration;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** The status and the body of a response. */
    record Response(int status, String body) {

        /** Whether the status is in this class, such as 2 for success (200 to 299). */
        boolean hasStatusClass(int hundred) {
            return status / 100 == hundred;
        }

        /**
         * Parses the body as JSON.
         *
         * @throws IOException if the body is not JSON
         */
        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }

        /** Whether the body is an error object of the registry, with a title. */
        boolean isProblem() {
            return !title().isEmpty();
        }

        /** The status and the title of the error, for messages; without a title, the first characters of the body. */
        String reason() {
            String text = isProblem() ? title() : body.strip();
            return status + " " + text.substring(0, Math.min(text.length(), MAX_REASON_LENGTH));
        }

        private String title() {
            try {
                return json().path("title").asText(json().path("name").asText(""));
            } catch (IOException e) {
                return "";
            }
        }
    }

    /**
     * Makes a client; it does not connect before the first request.
     *
     * @param maxDuration the maximum duration of a request, to the last byte of its response
     * @throws IllegalArgumentException if the address is not a URL, or if {@code config} has an unsupported key that
     *     begins with {@code apicurio.registry.}
     */
    ApicurioApi(Map<String, ?> config, Duration maxDuration) {
        this.maxDuration = maxDuration;
        url = address(String.valueOf(config.get(TopicSerdes.REGISTRY_URL)).strip());
        for (var key : config.keySet()) {
            if (key.startsWith(PREFIX) && !Set.of(USER, PASSWORD).contains(key)) {
                throw new IllegalArgumentException(key + " is not supported, only " + USER + " and " + PASSWORD
                        + "; a trust store is set for the JVM (javax.net.ssl.trustStore)");
            }
        }
        var user = config.get(USER);
        headers = user == null
                ? Map.of()
                : Map.of(
                        "Authorization",
                        "Basic "
                                + Base64.getEncoder()
                                        .encodeToString((user + ":" + config.get(PASSWORD)).getBytes(UTF_8)));
    }

    /**
     * The address of the core API. {@code url} may be the registry's root address, or that of its core API or of its
     * Confluent-compatible API.
     */
    static String address(String url) {
        URI address;
        try {
            address = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    TopicSerdes.REGISTRY_URL + " = " + url + ": not a URL; give http(s)://host:port", e);
        }
        if (address.getHost() == null
                || !("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
                || address.getUserInfo() != null) {
            throw new IllegalArgumentException(TopicSerdes.REGISTRY_URL
                    + ": give http(s)://host:port, and credentials as " + USER + " and " + PASSWORD);
        }
        return url.replaceFirst("/apis(/.*)?$", "").replaceFirst("/+$", "") + "/apis/registry/v3";
    }

    String url() {
        return url;
    }

    Response get(String path) throws IOException {
        return send(request(path).GET());
    }

    Response post(String path, Object json) throws IOException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(toText(json))));
    }

    /** Writes an object as JSON; a string must be JSON already and is sent unchanged. */
    private static String toText(Object json) throws JsonProcessingException {
        return json instanceof String text ? text : JSON.writeValueAsString(json);
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create(url + path));
        headers.forEach(request::header);
        return request;
    }

    private Response send(HttpRequest.Builder request) throws IOException {
        var response = client.sendAsync(request.build(), headersOnly -> new LimitedResponseBody(MAX_BYTES));
        try {
            var received = response.get(maxDuration.toMillis(), TimeUnit.MILLISECONDS);
            return new Response(received.statusCode(), received.body());
        } catch (TimeoutException e) {
            response.cancel(true);
            throw new IOException("no answer within " + maxDuration.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            response.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e.getCause());
        }
    }
}
