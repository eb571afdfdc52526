package io.featherwire.producer;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageException;
import io.featherwire.producer.SourceImage.Stored;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * POST /images: the body is a JPEG or PNG file; the headers X-Sensor-Id and X-Frame-Id identify it. Answers 202 once
 * the frame is in the outbox. A repeated request for the same frame, such as after a lost response, is not stored again
 * within a bounded history.
 */
final class ImageUploadHandler implements ImageSource {

    static final String SENSOR = "X-Sensor-Id";
    static final String FRAME = "X-Frame-Id";

    private static final int WAITING = 64;
    private static final int REMEMBERED = 10_000;
    private static final int LONGEST_ID = 200;
    private static final long PATIENCE_SECONDS = 30;

    private final int mostBytes;
    private final BlockingQueue<SourceImage> images = new ArrayBlockingQueue<>(WAITING);
    private final Set<String> stored = new LinkedHashSet<>();
    private volatile boolean closed;

    /** @param mostBytes maximum size of an image */
    ImageUploadHandler(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    void addTo(JavalinConfig config) {
        config.routes.post("/images", this::take);
    }

    private void take(Context context) throws InterruptedException {
        String sensor = context.header(SENSOR);
        String frame = context.header(FRAME);
        if (!isId(sensor) || frame != null && !isId(frame)) {
            answer(
                    context,
                    HttpStatus.BAD_REQUEST,
                    SENSOR + " must name the sensor, " + FRAME + " may name the frame; each has at most " + LONGEST_ID
                            + " letters, digits or . _ : -");
            return;
        }
        byte[] body = context.bodyAsBytes();
        if (body.length > mostBytes) {
            answer(context, HttpStatus.CONTENT_TOO_LARGE, "an image may have " + mostBytes + " bytes");
            return;
        }
        EncodedImage image;
        try {
            image = EncodedImage.sniff(body);
        } catch (ImageException e) {
            answer(context, HttpStatus.UNSUPPORTED_MEDIA_TYPE, e.getMessage());
            return;
        }
        if (frame != null && isStored(sensor + '\n' + frame)) {
            answer(context, HttpStatus.ACCEPTED, "stored before");
            return;
        }
        var done = new Waiter(frame);
        if (closed || !images.offer(new SourceImage(sensor, image, null, sensor, done))) {
            context.header("Retry-After", "1");
            answer(context, HttpStatus.SERVICE_UNAVAILABLE, "too many images wait; try again");
        } else if (done.latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            if (frame != null) {
                remember(sensor + '\n' + frame);
            }
            answer(context, HttpStatus.ACCEPTED, "stored");
        } else {
            answer(context, HttpStatus.SERVICE_UNAVAILABLE, "not in the outbox yet; it may still be stored");
        }
    }

    private static void answer(Context context, HttpStatus status, @Nullable String text) {
        context.status(status).result(text + "\n");
    }

    private static boolean isId(@Nullable String id) {
        return id != null && id.length() <= LONGEST_ID && id.matches("[a-zA-Z0-9._:-]+");
    }

    private boolean isStored(String key) {
        synchronized (stored) {
            return stored.contains(key);
        }
    }

    private void remember(String key) {
        synchronized (stored) {
            stored.add(key);
            if (stored.size() > REMEMBERED) {
                stored.remove(stored.iterator().next());
            }
        }
    }

    private record Waiter(@Nullable String frameId, CountDownLatch latch) implements Stored {
        Waiter(@Nullable String frameId) {
            this(frameId, new CountDownLatch(1));
        }

        @Override
        public void done() {
            latch.countDown();
        }
    }

    @Override
    public @Nullable SourceImage next() {
        return images.poll();
    }

    @Override
    public boolean isExhausted() {
        return false;
    }

    @Override
    public OptionalLong size() {
        return OptionalLong.empty();
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public void close() {
        closed = true;
    }
}
