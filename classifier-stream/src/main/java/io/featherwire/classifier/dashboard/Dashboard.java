package io.featherwire.classifier.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.util.Map;

/** The routes of the dashboard: the page at /, its data under /live, and /accuracy for programs. */
public final class Dashboard {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                    + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Map<String, String> PAGE = Map.of(
            "/", "index.html",
            "/dashboard.css", "dashboard.css",
            "/dashboard.js", "dashboard.js",
            "/favicon.svg", "favicon.svg");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private final DashboardSettings settings;
    private final LiveView live;
    private final LiveStream stream;
    private final ObjectMapper json = new ObjectMapper();

    /** Creates the dashboard; {@link #addRoutes} adds it to a server. */
    public Dashboard(DashboardSettings settings, LiveView live) {
        this.settings = settings;
        this.live = live;
        this.stream = new LiveStream(live, this::toJson);
    }

    /** Adds the routes to a server that is about to start. */
    public void addRoutes(JavalinConfig config) {
        var routes = config.routes;
        routes.get("/accuracy", jsonHandler(context -> live.accuracy()));
        if (settings.enabled()) {
            PAGE.forEach((path, file) -> routes.get(path, pageHandler(file)));
            routes.get("/live/state", jsonHandler(context -> live.state()));
            routes.get("/live/history", jsonHandler(context -> live.history()));
            routes.get("/live/thumbnail", this::sendThumbnail);
            routes.sse("/live/events", stream::add);
        }
        config.events.serverStopping(stream::close);
    }

    private interface JsonSource {
        Object createAnswer(Context context);
    }

    private Handler jsonHandler(JsonSource answer) {
        return context -> {
            live.notePageOpen();
            context.header("Cache-Control", "no-store")
                    .contentType("application/json")
                    .result(toJson(answer.createAnswer(context)));
        };
    }

    private String toJson(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot happen: records of numbers and texts", e);
        }
    }

    private static Handler pageHandler(String file) {
        byte[] bytes = resource(file);
        var type = TYPES.get(file.substring(file.lastIndexOf('.') + 1));
        return context -> context.header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("Cache-Control", "no-cache")
                .contentType(String.valueOf(type))
                .result(bytes);
    }

    private static byte[] resource(String file) {
        try (var in = Dashboard.class.getResourceAsStream("/io/featherwire/classifier/dashboard/" + file)) {
            if (in == null) {
                throw new IllegalStateException("the dashboard's file " + file + " is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the dashboard's file " + file, e);
        }
    }

    private void sendThumbnail(Context context) {
        var thumbnail = live.thumbnail(
                        String.valueOf(context.queryParam("sensor")), String.valueOf(context.queryParam("frame")))
                .orElseThrow(NotFoundResponse::new);
        context.header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", "default-src 'none'")
                .header("Cache-Control", "max-age=3600")
                .contentType(thumbnail.type())
                .result(thumbnail.bytes());
    }
}
