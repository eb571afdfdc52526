package io.featherwire.runtime.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.runtime.config.Secret;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.UnauthorizedResponse;
import io.javalin.util.JavalinException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.servlet.DispatcherType;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of an app: /healthz, /readyz, /metrics and the app's own routes. The health endpoints are public; all
 * other routes require the configured credentials.
 */
public final class HttpServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private static final long LARGEST_REQUEST = 64 << 10;
    private static final int MAX_THREADS = 20;
    private static final int DISCARDED_TOGETHER = 4;
    private static final Duration DISCARDING = Duration.ofSeconds(30);
    /** During a stop, connections that are idle for this time are closed. It must be well below the stop timeout. */
    private static final long SHUTDOWN_IDLE_MS = 100;

    private static final long STOP_MS = 2_000;
    private static final Set<String> OPEN = Set.of("/healthz", "/readyz");

    private final Javalin javalin;

    private HttpServer(Javalin javalin) {
        this.javalin = javalin;
    }

    /** Starts a server that accepts requests of up to 64 KiB. */
    public static HttpServer start(
            HttpSettings settings, Health health, PrometheusMeterRegistry registry, Consumer<JavalinConfig> routes) {
        return start(settings, health, registry, LARGEST_REQUEST, routes);
    }

    /**
     * Starts a server.
     *
     * @param largestRequest the maximum size of a request's body, in bytes
     * @param routes adds the app's own routes through {@code config.routes}
     */
    public static HttpServer start(
            HttpSettings settings,
            Health health,
            PrometheusMeterRegistry registry,
            long largestRequest,
            Consumer<JavalinConfig> routes) {
        Javalin javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.startupWatcherEnabled = false;
            config.http.maxRequestSize = largestRequest;
            config.jetty.threadPool = new QueuedThreadPool(MAX_THREADS, 4);
            config.jetty.modifyServer(server -> server.setStopTimeout(STOP_MS));
            config.jetty.modifyServletContextHandler(HttpServer::readWholeRequests);
            config.routes.before(context -> authorise(settings, context));
            config.routes.get("/healthz", context -> respond(context, health.isLive(), health.state()));
            config.routes.get("/readyz", context -> respond(context, health.isReady(), health.state()));
            config.routes.get("/metrics", context -> context.contentType("text/plain; version=0.0.4; charset=utf-8")
                    .result(registry.scrape()));
            routes.accept(config);
        });
        javalin.start(settings.host(), settings.port());
        for (Connector connector : javalin.jettyServer().server().getConnectors()) {
            if (connector instanceof AbstractConnector some) {
                some.setShutdownIdleTimeout(SHUTDOWN_IDLE_MS);
            }
        }
        return new HttpServer(javalin);
    }

    private static void readWholeRequests(ServletContextHandler handler) {
        var filter = new FilterHolder(new RequestBodyDrain(DISCARDED_TOGETHER, DISCARDING));
        filter.setAsyncSupported(true);
        handler.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
    }

    /** The port of the server; if the configured port is 0, the port that was picked. */
    public int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        try {
            javalin.stop();
        } catch (JavalinException e) {
            // A client with an open stream must not prevent the app from stopping.
            LOG.debug("stopped with requests in flight", e);
        }
    }

    private static void respond(Context context, boolean well, String state) {
        context.status(well ? 200 : 503).result(state + "\n");
    }

    private static void authorise(HttpSettings settings, Context context) {
        boolean open = settings.token().isEmpty() && settings.user().isEmpty();
        if (open || OPEN.contains(context.path())) {
            return;
        }
        String given = context.header("Authorization");
        boolean token = settings.token()
                .map(secret -> equalsInConstantTime(secret.reveal(), credentialsOf("Bearer ", given)))
                .orElse(false);
        boolean user = settings.user()
                .map(name -> equalsInConstantTime(
                        encodeBasic(name, settings.password().orElseThrow()), credentialsOf("Basic ", given)))
                .orElse(false);
        if (!token && !user) {
            context.header("WWW-Authenticate", settings.user().isPresent() ? "Basic realm=\"featherwire\"" : "Bearer");
            throw new UnauthorizedResponse();
        }
    }

    /**
     * The credentials in an Authorization header; null if the header has another scheme. Schemes are case-insensitive
     * (RFC 9110, section 11.1).
     */
    private static @Nullable String credentialsOf(String scheme, @Nullable String given) {
        return given != null && given.regionMatches(true, 0, scheme, 0, scheme.length())
                ? given.substring(scheme.length()).strip()
                : null;
    }

    private static String encodeBasic(String user, Secret password) {
        return Base64.getEncoder().encodeToString((user + ":" + password.reveal()).getBytes(UTF_8));
    }

    /** Compares two texts in constant time. */
    private static boolean equalsInConstantTime(String expected, @Nullable String given) {
        return given != null && MessageDigest.isEqual(expected.getBytes(UTF_8), given.getBytes(UTF_8));
    }
}
