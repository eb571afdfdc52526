package io.featherwire.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of an Apicurio registry and their ids; its Confluent-compatible API has the same ids.
 *
 * <p>The artifact {@code t-value} of the default group has the schemas of the values of topic {@code t}. An unknown id
 * is cached for a minute, so that many foreign records do not cause many requests.
 */
final class RegistrySchemaIds implements SchemaIds {
    private static final String ARTIFACTS = "/groups/default/artifacts";
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int ATTEMPTS = 3;
    /**
     * Statuses that say nothing about the requested schema: missing credentials or rights, timeouts, too many requests.
     */
    private static final Set<Integer> UNRELATED_STATUSES = Set.of(401, 403, 407, 408, 421, 425, 429);

    private static final Duration MAX_DURATION = Duration.ofSeconds(30);
    private static final int UNKNOWN_IDS_KEPT = 1024;
    private static final Duration UNKNOWN_ID_KEPT_FOR = Duration.ofMinutes(1);

    private final ApicurioApi registry;
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final LongSupplier clock;
    /** The time by {@link #clock} at which each unknown id was cached. */
    private final Map<Integer, Long> unknownIds = new LinkedHashMap<>();

    private RegistrySchemaIds(ApicurioApi registry, LongSupplier clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /** Makes a client; it does not connect before the first request. */
    static RegistrySchemaIds connect(Map<String, ?> config) {
        return connect(config, MAX_DURATION);
    }

    /** Makes a client with another maximum duration of a request. */
    static RegistrySchemaIds connect(Map<String, ?> config, Duration maxDuration) {
        return connect(config, maxDuration, System::nanoTime);
    }

    /** @param clock a clock in nanoseconds that nobody sets */
    static RegistrySchemaIds connect(Map<String, ?> config, Duration maxDuration, LongSupplier clock) {
        return new RegistrySchemaIds(new ApicurioApi(config, maxDuration), clock);
    }

    @Override
    public int idOf(String topic, Schema schema) {
        try {
            var response = search(topic + "-value", schema);
            if (!isSearchResult(response)) {
                throw unavailable(response.reason(), null);
            }
            for (JsonNode version : response.json().path("versions")) {
                if (!"DISABLED".equals(version.path("state").asText())) {
                    return contentId(version);
                }
            }
        } catch (IOException e) {
            throw unavailable(e);
        }
        throw new SchemaRegistryException(
                "the schema of " + schema.getName() + " is not registered for topic " + topic + " at " + registry.url()
                        + "; run `featherwire topics create` against this registry",
                null);
    }

    /**
     * Searches the versions of an artifact for a schema, by exact content: the registry's canonical form sorts the
     * fields, but their order determines the wire format.
     */
    private ApicurioApi.Response search(String artifact, Schema schema) throws IOException {
        return registry.post(
                "/search/versions?groupId=default&artifactType=AVRO&canonical=false&artifactId=" + urlEncode(artifact),
                schema.toString());
    }

    private static boolean isSearchResult(ApicurioApi.Response response) throws IOException {
        return response.hasStatusClass(2) && response.json().path("versions").isArray();
    }

    @Override
    public Schema schemaOf(int id) {
        var known = schemas.get(id);
        if (known != null) {
            return known;
        }
        if (id <= 0 || isCachedAsUnknown(id)) {
            throw unknown(id);
        }
        var schema = parse(id, fetchText(id));
        schemas.put(id, schema);
        return schema;
    }

    /**
     * Fetches the text of a schema. If the registry fails on this schema only, the record that names the schema is at
     * fault. If the registry also fails on other requests, the registry is at fault.
     */
    private String fetchText(int id) {
        try {
            for (int attempt = 1; ; attempt++) {
                var response = registry.get("/ids/contentIds/" + id);
                if (response.hasStatusClass(2)) {
                    return response.body();
                }
                boolean answersOtherRequests = response.hasStatusClass(5) && answersOtherRequests();
                if (isRefusal(response) || attempt == ATTEMPTS && answersOtherRequests) {
                    cacheAsUnknown(id);
                    throw unknown(id);
                }
                if (attempt == ATTEMPTS || !answersOtherRequests) {
                    throw unavailable(response.reason(), null);
                }
            }
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    /**
     * Whether the response says that the request is wrong, rather than forbidden or temporarily impossible. The
     * response must have the registry's own form: a proxy in front of a registry that is down also answers 404 or 400.
     */
    private static boolean isRefusal(ApicurioApi.Response response) {
        return response.hasStatusClass(4) && response.isProblem() && !UNRELATED_STATUSES.contains(response.status());
    }

    /** Whether a registry that failed on one request succeeds on another one. */
    private boolean answersOtherRequests() {
        try {
            var response = search("none", Schema.create(Schema.Type.NULL));
            return isSearchResult(response) || response.status() == NOT_FOUND && response.isProblem();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Parses a schema of the registry. Featherwire never registers a text that is not an Avro schema or that refers to
     * another artifact, so such a text makes the record invalid. A proxy in front of a registry that is down may also
     * return a page of its own; then the registry is at fault.
     */
    private Schema parse(int id, String text) {
        try {
            return new Schema.Parser().parse(text);
        } catch (RuntimeException | StackOverflowError e) {
            if (!answersOtherRequests()) {
                throw new SchemaRegistryException(
                        "the schema registry at " + registry.url()
                                + " returns a text that is not a schema, and does not answer a search",
                        e);
            }
            cacheAsUnknown(id);
            throw new SerializationException("the schema with id " + id + " in the registry is not an Avro schema", e);
        }
    }

    @Override
    public int register(String topic, Schema schema) {
        var artifact = topic + "-value";
        var content = Map.of("content", schema.toString(), "contentType", "application/json");
        try {
            var response = registry.post(
                    ARTIFACTS + "?ifExists=FIND_OR_CREATE_VERSION&canonical=false",
                    Map.of("artifactId", artifact, "artifactType", "AVRO", "firstVersion", Map.of("content", content)));
            requireRegistered(response, topic, schema);
            var rule = registry.post(
                    ARTIFACTS + "/" + urlEncode(artifact) + "/rules",
                    Map.of("ruleType", "COMPATIBILITY", "config", "FULL_TRANSITIVE"));
            // A conflict means that the artifact has a rule already; the operator's rule stays.
            if (rule.status() != CONFLICT) {
                requireRegistered(rule, topic, schema);
            }
            return contentId(response.json().path("version"));
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private void requireRegistered(ApicurioApi.Response response, String topic, Schema schema) {
        if (response.hasStatusClass(4)) {
            throw new SchemaRegistryException(
                    "the schema registry at " + registry.url() + " refuses the schema of " + schema.getName()
                            + " for topic " + topic + ": " + response.reason(),
                    null);
        }
        if (!response.hasStatusClass(2)) {
            throw unavailable(response.reason(), null);
        }
    }

    private SchemaRegistryException unavailable(IOException cause) {
        return unavailable(String.valueOf(cause.getMessage()), cause);
    }

    private SchemaRegistryException unavailable(String reason, @Nullable IOException cause) {
        return new SchemaRegistryException(
                "the schema registry at " + registry.url() + " does not answer: " + reason, cause);
    }

    private static SerializationException unknown(int id) {
        return new SerializationException("the registry has no schema with id " + id);
    }

    /** The content id of a version, which is the schema's id on the wire. */
    private static int contentId(JsonNode version) throws IOException {
        JsonNode id = version.path("contentId");
        if (!id.canConvertToInt() || id.asInt() <= 0) {
            throw new IOException("the response has a version without contentId");
        }
        return id.asInt();
    }

    private static String urlEncode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private boolean isCachedAsUnknown(int id) {
        synchronized (unknownIds) {
            var since = unknownIds.get(id);
            return since != null && clock.getAsLong() - since < UNKNOWN_ID_KEPT_FOR.toNanos();
        }
    }

    private void cacheAsUnknown(int id) {
        synchronized (unknownIds) {
            unknownIds.remove(id);
            unknownIds.put(id, clock.getAsLong());
            if (unknownIds.size() > UNKNOWN_IDS_KEPT) {
                var eldest = unknownIds.keySet().iterator();
                eldest.next();
                eldest.remove();
            }
        }
    }
}
