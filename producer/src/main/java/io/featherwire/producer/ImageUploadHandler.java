package io.featherwire.producer;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageException;
import io.featherwire.producer.SourceImage.StorageListener;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;

/**
 * Handles POST /images. The body is a JPEG or PNG file; the headers X-Sensor-Id and X-Frame-Id name its sensor and
 * frame. The status is 202 once the frame is in the outbox. A second request for the same frame, such as after a lost
 * response, waits together with the first one. Once the frame is stored, the outbox recognises it.
 */
final class ImageUploadHandler implements ImageSource {

    static final String SENSOR = "X-Sensor-Id";
    static final String FRAME = "X-Frame-Id";

    private static final int WAITING = 64;
    /** The maximum size of all waiting images together, in images of the maximum size. */
    private static final int WAITING_OF_MAX_SIZE = 4;

    /**
     * The maximum number of bodies that are read at the same time. Each occupies a thread of the server; the other
     * threads stay free for other requests.
     */
    private static final int READ_TOGETHER = 8;

    private static final int BLOCK = 64 << 10;
    private static final int LONGEST_ID = 200;
    private static final long PATIENCE_SECONDS = 30;

    private final int mostBytes;
    private final long bodyNanos;
    private final BlockingQueue<SourceImage> images = new ArrayBlockingQueue<>(WAITING);
    private final long maxWaitingBytes;
    /** The size of all waiting images together, in bytes. */
    private final AtomicLong waitingBytes = new AtomicLong();

    private final Semaphore readers = new Semaphore(READ_TOGETHER);
    /** The waiting requests that name their frame, by sensor and frame. */
    private final Map<String, Waiter> waiting = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /**
     * @param maxBytes the maximum size of an image, in bytes
     * @param bodyTime the maximum time for receiving the body of a request
     */
    ImageUploadHandler(int maxBytes, Duration bodyTime) {
        this.mostBytes = maxBytes;
        this.maxWaitingBytes = (long) WAITING_OF_MAX_SIZE * maxBytes;
        this.bodyNanos = bodyTime.toNanos();
    }

    void addTo(JavalinConfig config) {
        config.routes.post("/images", this::handle);
    }

    /** Rejects a request with a status and a text. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        private final HttpStatus status;

        Refusal(HttpStatus status, @Nullable String text) {
            super(text);
            this.status = status;
        }
    }

    private void handle(Context context) {
        try {
            String sensor = context.header(SENSOR);
            String frame = context.header(FRAME);
            if (!isId(sensor) || frame != null && !isId(frame)) {
                throw new Refusal(
                        HttpStatus.BAD_REQUEST,
                        SENSOR + " must name the sensor, " + FRAME + " may name the frame; each has at most "
                                + LONGEST_ID + " letters, digits or . _ : -");
            }
            EncodedImage image = EncodedImage.sniff(body(context));
            awaitAndRespond(
                    context, frame == null ? addToQueue(sensor, null, image) : joinOrAddToQueue(sensor, frame, image));
        } catch (ImageException e) {
            respond(context, HttpStatus.UNSUPPORTED_MEDIA_TYPE, e.getMessage());
        } catch (Refusal e) {
            // The rest of the body may be large and slow, so the connection is not used again.
            context.header("Connection", "close");
            if (e.status == HttpStatus.SERVICE_UNAVAILABLE) {
                context.header("Retry-After", "1");
            }
            respond(context, e.status, e.getMessage());
        }
    }

    private byte[] body(Context context) throws Refusal {
        if (context.req().getContentLengthLong() > mostBytes) {
            throw tooLargeException();
        }
        if (!readers.tryAcquire()) {
            throw new Refusal(HttpStatus.SERVICE_UNAVAILABLE, "too many images are being received; try again");
        }
        try (InputStream in = context.req().getInputStream()) {
            return read(in);
        } catch (IOException e) {
            if (e instanceof HttpException || e.getCause() instanceof HttpException) {
                throw new Refusal(HttpStatus.BAD_REQUEST, "the chunks of the request are not valid HTTP");
            }
            throw new Refusal(HttpStatus.REQUEST_TIMEOUT, "the request ended or stalled before the image was complete");
        } finally {
            readers.release();
        }
    }

    private byte[] read(InputStream in) throws IOException, Refusal {
        long end = System.nanoTime() + bodyNanos;
        var bytes = new ByteArrayOutputStream();
        byte[] block = new byte[BLOCK];
        for (int count = in.read(block); count >= 0; count = in.read(block)) {
            bytes.write(block, 0, count);
            if (bytes.size() > mostBytes) {
                throw tooLargeException();
            }
            if (System.nanoTime() > end) {
                throw new Refusal(HttpStatus.REQUEST_TIMEOUT, "the image arrives too slowly");
            }
        }
        return bytes.toByteArray();
    }

    private Refusal tooLargeException() {
        return new Refusal(HttpStatus.CONTENT_TOO_LARGE, "an image may have at most " + mostBytes + " bytes");
    }

    private Waiter addToQueue(String sensor, @Nullable String frame, EncodedImage image) throws Refusal {
        var waiter = new Waiter(frame);
        int size = image.bytes().length;
        boolean fits = waitingBytes.addAndGet(size) <= maxWaitingBytes;
        if (closed || !fits || !images.offer(new SourceImage(sensor, image, null, sensor, waiter, null))) {
            waitingBytes.addAndGet(-size);
            throw new Refusal(HttpStatus.SERVICE_UNAVAILABLE, "too many images wait to be stored; try again");
        }
        return waiter;
    }

    /**
     * Queues the image, unless a request for the same frame already waits: then this request waits together with that
     * one.
     */
    private Waiter joinOrAddToQueue(String sensor, String frame, EncodedImage image) throws Refusal {
        String key = sensor + '\n' + frame;
        synchronized (waiting) {
            Waiter first = waiting.get(key);
            if (first != null) {
                first.joined.incrementAndGet();
                return first;
            }
            Waiter waiter = addToQueue(sensor, frame, image);
            waiting.put(key, waiter);
            waiter.outcome.whenComplete((stored, failure) -> waiting.remove(key));
            return waiter;
        }
    }

    /** Answers the request once the image is stored, without a waiting thread. */
    private static void awaitAndRespond(Context context, Waiter waiter) {
        context.future(() -> waiter.outcome
                .copy()
                .completeOnTimeout(false, PATIENCE_SECONDS, TimeUnit.SECONDS)
                .thenAccept(stored -> {
                    if (stored) {
                        respond(context, HttpStatus.ACCEPTED, "stored");
                    } else {
                        respond(
                                context,
                                HttpStatus.SERVICE_UNAVAILABLE,
                                "the image is not in the outbox yet; it may still be stored");
                    }
                }));
    }

    /** The number of requests that wait for a frame that an earlier request sent. */
    int joinedRequests() {
        return waiting.values().stream().mapToInt(waiter -> waiter.joined.get()).sum();
    }

    private static void respond(Context context, HttpStatus status, @Nullable String text) {
        context.status(status).result(text + "\n");
    }

    private static boolean isId(@Nullable String id) {
        return id != null && id.length() <= LONGEST_ID && id.matches("[a-zA-Z0-9._:-]+");
    }

    /** @param joined the number of requests that wait for the same frame, besides the first */
    private record Waiter(@Nullable String frameId, CompletableFuture<Boolean> outcome, AtomicInteger joined)
            implements StorageListener {
        Waiter(@Nullable String frameId) {
            this(frameId, new CompletableFuture<>(), new AtomicInteger());
        }

        @Override
        public void onStored() {
            outcome.complete(true);
        }
    }

    @Override
    public @Nullable SourceImage next() {
        SourceImage image = images.poll();
        if (image != null) {
            waitingBytes.addAndGet(-image.image().bytes().length);
        }
        return image;
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
