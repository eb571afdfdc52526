package io.featherwire.schemas.serde;

import com.microsoft.kiota.ApiException;
import io.apicurio.registry.resolver.client.RegistryClientFacade;
import io.apicurio.registry.resolver.client.RegistryClientFacadeFactory;
import io.apicurio.registry.resolver.config.SchemaResolverConfig;
import io.apicurio.registry.resolver.strategy.ArtifactReference;
import io.apicurio.registry.rest.client.RegistryClient;
import io.apicurio.registry.rest.client.models.CreateRule;
import io.apicurio.registry.rest.client.models.IfArtifactExists;
import io.apicurio.registry.rest.client.models.ProblemDetails;
import io.apicurio.registry.rest.client.models.RuleType;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of an Apicurio registry, under the numbers that its Confluent-compatible API serves, too.
 *
 * <p>The values of topic {@code t} are the artifact {@code t-value} of the default group. An unknown number is cached
 * for a while, so that a flood of foreign records does not cause a flood of requests.
 */
final class RegistrySchemaIds implements SchemaIds {
    private static final String GROUP = "default";
    private static final String AVRO = "AVRO";
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int ATTEMPTS = 3;
    /** No credentials, no right, too slow, too often. */
    private static final Set<Integer> NOT_OF_THE_QUESTION = Set.of(401, 403, 407, 408, 421, 425, 429);

    private static final int UNKNOWN_IDS_KEPT = 1024;
    private static final Duration UNKNOWN_ID_KEPT_FOR = Duration.ofMinutes(1);

    /** Maximum duration of a question: the client itself waits for ever for a registry that accepts it and says nothing. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** One thread a question that hangs; its thread cannot be ended, the app that asks stops. */
    private static final ExecutorService ASKING = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "schema-registry");
        thread.setDaemon(true);
        return thread;
    });

    private final String url;
    private final RegistryClientFacade registry;
    private final Duration longest;
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<Integer, Instant> unknownIds = new LinkedHashMap<>();

    private RegistrySchemaIds(String url, RegistryClientFacade registry, Duration longest) {
        this.url = url;
        this.registry = registry;
        this.longest = longest;
    }

    /** A client under {@code config}; nothing is sent before the first question. */
    static RegistrySchemaIds connect(Map<String, ?> config) {
        return connect(config, LONGEST);
    }

    /** The same with another maximum duration of a question. */
    static RegistrySchemaIds connect(Map<String, ?> config, Duration longest) {
        var url = coreApi(String.valueOf(config.get(TopicSerdes.REGISTRY_URL)).strip());
        var settings = new HashMap<String, Object>();
        config.forEach((key, value) -> {
            if (key.startsWith("apicurio.registry.") && value != null) {
                settings.put(key, value);
            }
        });
        settings.put(SchemaResolverConfig.REGISTRY_URL, url);
        settings.putIfAbsent(SchemaResolverConfig.HTTP_ADAPTER, "JDK");
        return new RegistrySchemaIds(
                url, RegistryClientFacadeFactory.create(new SchemaResolverConfig(settings)), longest);
    }

    /** The address of the registry's own API, whichever of its addresses (root, own API, Confluent-compatible API) is given. */
    static String coreApi(String url) {
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
                    + ": give http(s)://host:port, and credentials as apicurio.registry.auth.username and .password");
        }
        return url.replaceFirst("/apis(/.*)?$", "").replaceFirst("/+$", "") + "/apis/registry/v3";
    }

    @Override
    public int idOf(String topic, Schema schema) {
        var artifact = ArtifactReference.builder()
                .groupId(GROUP)
                .artifactId(topic + "-value")
                .build();
        // Not by canonical content: the registry's canonical form sorts fields, and their order is the wire format.
        var found =
                asked(() -> inTime(() -> registry.searchVersionsByContent(schema.toString(), AVRO, artifact, false)));
        if (found.isEmpty()) {
            throw new SchemaRegistryException(
                    "the schema of " + schema.getName() + " is not registered for topic " + topic + " at " + url
                            + "; run `featherwire topics create` against this registry",
                    null);
        }
        return number(found.get(0).getContentId());
    }

    @Override
    public Schema schemaOf(int id) {
        var known = schemas.get(id);
        if (known != null) {
            return known;
        }
        if (id <= 0 || isKnownToBeUnknown(id)) {
            throw unknown(id, null);
        }
        var schema = parsed(id, text(id));
        schemas.put(id, schema);
        return schema;
    }

    /** Whose fault is it if the registry does not give a schema? One that gives everything else is not away. */
    private String text(int id) {
        for (int attempt = 1; ; attempt++) {
            try {
                return inTime(() -> registry.getSchemaByContentId((long) id));
            } catch (RuntimeException e) {
                boolean refused = isRefusal(e);
                if (refused || attempt == ATTEMPTS && answers(e)) {
                    remember(id);
                    throw unknown(id, e);
                }
                if (attempt == ATTEMPTS || !answers(e)) {
                    throw unreachable(e);
                }
            }
        }
    }

    /**
     * An answer that says that the question is wrong, not that it may not be asked or not now. It must be the registry's own: a
     * proxy before a registry that is away answers 404 or 400, too.
     */
    private static boolean isRefusal(RuntimeException e) {
        return e instanceof ProblemDetails problem
                && (problem.getName() != null || problem.getTitle() != null)
                && problem.getResponseStatusCode() / 100 == 4
                && !NOT_OF_THE_QUESTION.contains(problem.getResponseStatusCode());
    }

    /** Whether it answered at all, with a failure of its own, and answers another question. */
    private boolean answers(RuntimeException failure) {
        if (!(failure instanceof ApiException answer) || answer.getResponseStatusCode() / 100 != 5) {
            return false;
        }
        return answersAnotherQuestion();
    }

    private boolean answersAnotherQuestion() {
        var artifact =
                ArtifactReference.builder().groupId(GROUP).artifactId("none").build();
        var content = Schema.create(Schema.Type.NULL).toString();
        try {
            inTime(() -> registry.searchVersionsByContent(content, AVRO, artifact, false));
            return true;
        } catch (RuntimeException e) {
            return e instanceof ApiException other && other.getResponseStatusCode() == NOT_FOUND;
        }
    }

    /**
     * The text may be of another kind of schema, or use names that another artifact defines; ours never do, so it is foreign. Or it
     * is a page of a proxy before a registry that is away.
     */
    private Schema parsed(int id, String text) {
        try {
            return new Schema.Parser().parse(text);
        } catch (RuntimeException | StackOverflowError e) {
            if (!answersAnotherQuestion()) {
                throw new SchemaRegistryException(
                        "the schema registry at " + url + " answers with what is no schema, and does not search", e);
            }
            remember(id);
            throw new SerializationException("schema number " + id + " of the registry is not Avro", e);
        }
    }

    @Override
    public int register(String topic, Schema schema) {
        var subject = topic + "-value";
        try {
            return inTime(() -> {
                var version = registry.createSchema(
                        AVRO,
                        GROUP,
                        subject,
                        null,
                        IfArtifactExists.FIND_OR_CREATE_VERSION.getValue(),
                        false,
                        schema.toString(),
                        Set.of());
                requireFullCompatibility(subject);
                return number(version.getContentId());
            });
        } catch (ApiException e) {
            if (e.getResponseStatusCode() / 100 == 4) {
                throw new SchemaRegistryException(
                        "the schema registry at " + url + " refuses the schema of " + schema.getName() + " for topic "
                                + topic + ": " + reason(e),
                        e);
            }
            throw unreachable(e);
        } catch (RuntimeException e) {
            throw unreachable(e);
        }
    }

    private void requireFullCompatibility(String subject) {
        var rule = new CreateRule();
        rule.setRuleType(RuleType.COMPATIBILITY);
        rule.setConfig("FULL_TRANSITIVE");
        try {
            ((RegistryClient) registry.getClient())
                    .groups()
                    .byGroupId(GROUP)
                    .artifacts()
                    .byArtifactId(subject)
                    .rules()
                    .post(rule);
        } catch (ApiException e) {
            if (e.getResponseStatusCode() != CONFLICT) {
                throw e;
            }
            // The subject has a rule already: the operator's choice stands.
        }
    }

    /** Ends after the longest time allowed, also if the registry sends its answer byte by byte. */
    private <R> R inTime(Supplier<R> question) {
        Future<R> answer = ASKING.submit(question::get);
        try {
            return answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IllegalStateException("no answer within " + longest.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        }
    }

    private <R> R asked(Supplier<R> question) {
        try {
            return question.get();
        } catch (RuntimeException e) {
            throw unreachable(e);
        }
    }

    private SchemaRegistryException unreachable(RuntimeException cause) {
        return new SchemaRegistryException(
                "the schema registry at " + url + " does not answer: " + reason(cause), cause);
    }

    private static String reason(RuntimeException e) {
        if (e instanceof ProblemDetails problem) {
            return problem.getResponseStatusCode() + " " + problem.getTitle();
        }
        return String.valueOf(e.getMessage());
    }

    private static SerializationException unknown(int id, @Nullable Exception cause) {
        return new SerializationException("the registry knows no schema number " + id, cause);
    }

    private static int number(Long contentId) {
        return Math.toIntExact(contentId);
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
