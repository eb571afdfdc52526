package io.featherwire.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of an Apicurio registry, under the numbers that its Confluent-compatible API also serves.
 *
 * <p>The values of topic {@code t} are the artifact {@code t-value} of the default group. An unknown number is cached
 * for a while, so that a flood of foreign records does not cause a flood of requests.
 */
final class RegistrySchemaIds implements SchemaIds {
    private static final String ARTIFACTS = "/groups/default/artifacts";
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int ATTEMPTS = 3;
    /** No credentials, no right, too slow, too often: statuses that say nothing about the requested schema. */
    private static final Set<Integer> NOT_OF_THE_QUESTION = Set.of(401, 403, 407, 408, 421, 425, 429);

    private static final Duration MAX_DURATION = Duration.ofSeconds(30);
    private static final int UNKNOWN_IDS_KEPT = 1024;
    private static final Duration UNKNOWN_ID_KEPT_FOR = Duration.ofMinutes(1);

    private final RegistryApi registry;
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<Integer, Instant> unknownIds = new LinkedHashMap<>();

    private RegistrySchemaIds(RegistryApi registry) {
        this.registry = registry;
    }

    /** A client under {@code config}; it sends nothing before the first question. */
    static RegistrySchemaIds connect(Map<String, ?> config) {
        return connect(config, MAX_DURATION);
    }

    /** The same with another maximum duration of a request. */
    static RegistrySchemaIds connect(Map<String, ?> config, Duration maxDuration) {
        return new RegistrySchemaIds(new RegistryApi(config, maxDuration));
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
                    return number(version);
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

    /** Not by canonical content: the registry's canonical form sorts fields, and their order is the wire format. */
    private RegistryApi.Response search(String artifact, Schema schema) throws IOException {
        return registry.post(
                "/search/versions?groupId=default&artifactType=AVRO&canonical=false&artifactId=" + encoded(artifact),
                schema.toString());
    }

    private static boolean isSearchResult(RegistryApi.Response response) throws IOException {
        return response.is(2) && response.json().path("versions").isArray();
    }

    @Override
    public Schema schemaOf(int id) {
        var known = schemas.get(id);
        if (known != null) {
            return known;
        }
        if (id <= 0 || isKnownToBeUnknown(id)) {
            throw unknown(id);
        }
        var schema = parsed(id, text(id));
        schemas.put(id, schema);
        return schema;
    }

    /**
     * The text of a schema. If the registry fails on this schema alone, the record that names it is at fault; if it fails on other
     * requests too, no record is.
     */
    private String text(int id) {
        try {
            for (int attempt = 1; ; attempt++) {
                var response = registry.get("/ids/contentIds/" + id);
                if (response.is(2)) {
                    return response.body();
                }
                boolean answersOthers = response.is(5) && answersOthers();
                if (isRefusal(response) || attempt == ATTEMPTS && answersOthers) {
                    remember(id);
                    throw unknown(id);
                }
                if (attempt == ATTEMPTS || !answersOthers) {
                    throw unavailable(response.reason(), null);
                }
            }
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    /**
     * Whether the response says that the question is wrong, not that it may not be asked or not now. It must be the registry's own:
     * a proxy before a registry that is away also answers 404 or 400.
     */
    private static boolean isRefusal(RegistryApi.Response response) {
        return response.is(4) && response.isProblem() && !NOT_OF_THE_QUESTION.contains(response.status());
    }

    /** Whether a registry that failed on one request answers another. */
    private boolean answersOthers() {
        try {
            var response = search("none", Schema.create(Schema.Type.NULL));
            return isSearchResult(response) || response.status() == NOT_FOUND && response.isProblem();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Parses a schema of the registry. A text that is no Avro schema, or that uses names of another artifact, is foreign: ours never
     * are. A proxy before a registry that is away may also return a page of its own.
     */
    private Schema parsed(int id, String text) {
        try {
            return new Schema.Parser().parse(text);
        } catch (RuntimeException | StackOverflowError e) {
            if (!answersOthers()) {
                throw new SchemaRegistryException(
                        "the schema registry at " + registry.url()
                                + " answers with what is no schema, and does not search",
                        e);
            }
            remember(id);
            throw new SerializationException("schema number " + id + " of the registry is not Avro", e);
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
                    ARTIFACTS + "/" + encoded(artifact) + "/rules",
                    Map.of("ruleType", "COMPATIBILITY", "config", "FULL_TRANSITIVE"));
            // On a conflict the artifact has a rule already: the operator's choice stands.
            if (rule.status() != CONFLICT) {
                requireRegistered(rule, topic, schema);
            }
            return number(response.json().path("version"));
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private void requireRegistered(RegistryApi.Response response, String topic, Schema schema) {
        if (response.is(4)) {
            throw new SchemaRegistryException(
                    "the schema registry at " + registry.url() + " refuses the schema of " + schema.getName()
                            + " for topic " + topic + ": " + response.reason(),
                    null);
        }
        if (!response.is(2)) {
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
        return new SerializationException("the registry knows no schema number " + id);
    }

    /** The number of a version's content. */
    private static int number(JsonNode version) throws IOException {
        JsonNode id = version.path("contentId");
        if (!id.canConvertToInt() || id.asInt() <= 0) {
            throw new IOException("a version without contentId");
        }
        return id.asInt();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private boolean isKnownToBeUnknown(int id) {
        synchronized (unknownIds) {
            var until = unknownIds.get(id);
            return until != null && Instant.now().isBefore(until);
        }
    }

    private void remember(int id) {
        synchronized (unknownIds) {
            unknownIds.remove(id);
            unknownIds.put(id, Instant.now().plus(UNKNOWN_ID_KEPT_FOR));
            if (unknownIds.size() > UNKNOWN_IDS_KEPT) {
                var eldest = unknownIds.keySet().iterator();
                eldest.next();
                eldest.remove();
            }
        }
    }
}
