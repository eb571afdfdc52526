package io.featherwire.producer.camera;

import io.featherwire.runtime.log.RateLimitedLog;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images of one camera, read on a separate thread that reconnects when the stream breaks or stalls. With an
 * interval, {@link #next} returns the newest image and drops earlier ones, so that it never lags behind the camera.
 * Without an interval, it returns every image, and reading pauses while too many images are queued.
 */
public final class Camera implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Camera.class);
    private static final int AHEAD = 8;
    private static final long FIRST_PAUSE_MS = 250;
    private static final long LONGEST_PAUSE_MS = 5_000;
    private static final int LINES_AT_FIRST = 5;

    private final String sensorId;
    private final CameraStream stream;
    private final long everyNanos;
    private final int mostBytes;
    private final CameraMeters meters;
    private final LongSupplier nanos;
    private final Queue<byte[]> pictures = new ArrayDeque<>();
    private final Thread reader;
    private final RateLimitedLog failed = new RateLimitedLog(LOG, LINES_AT_FIRST);
    private final RateLimitedLog repaired = new RateLimitedLog(LOG, LINES_AT_FIRST);
    private long due;
    private boolean begun;
    private boolean ended;
    private boolean closed;
    private @Nullable InputStream connection;
    private @Nullable String brokenFor;

    Camera(
            String sensorId,
            CameraStream stream,
            Duration every,
            int maxBytes,
            MeterRegistry registry,
            LongSupplier nanos) {
        this.sensorId = sensorId;
        this.stream = stream;
        this.everyNanos = every.toNanos();
        this.mostBytes = maxBytes;
        this.meters = new CameraMeters(sensorId, registry);
        this.nanos = nanos;
        this.reader = new Thread(this::read, "camera-" + sensorId);
        reader.setDaemon(true);
    }

    /**
     * Starts reading.
     *
     * @param every the interval between two pictures; zero for every picture
     * @param maxBytes the maximum size of a picture, in bytes
     */
    public static Camera start(
            String sensorId, CameraStream stream, Duration every, int maxBytes, MeterRegistry registry) {
        var camera = new Camera(sensorId, stream, every, maxBytes, registry, System::nanoTime);
        camera.begin();
        return camera;
    }

    void begin() {
        reader.start();
    }

    private void read() {
        long pause = FIRST_PAUSE_MS;
        while (!isClosed()) {
            boolean came = readConnection();
            if (stream.isEndFinal()) {
                break;
            }
            pause = came ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, 2 * pause);
            if (!sleep(pause)) {
                break;
            }
        }
        synchronized (this) {
            ended = true;
        }
    }

    /** Reads images until the connection ends. Returns whether an image was received. */
    private boolean readConnection() {
        boolean came = false;
        try (InputStream in = stream.open()) {
            onConnected(in);
            var jpegs = new JpegStream(in, mostBytes, meters::countDamaged, this::onNoPicture);
            for (byte[] jpeg = jpegs.next(); jpeg != null && !isClosed(); jpeg = jpegs.next()) {
                came = true;
                onPicture();
                put(jpeg);
            }
            onDisconnected("the stream has ended");
        } catch (IOException | RuntimeException e) {
            // Java's HTTP client throws unchecked exceptions, too, such as for a redirection to an invalid address.
            onDisconnected(e.getClass().getSimpleName() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            meters.setDisconnected();
        }
        return came;
    }

    private synchronized void onConnected(InputStream in) {
        connection = in;
        meters.setConnected();
    }

    private synchronized void onPicture() {
        if (brokenFor != null) {
            repaired.info("camera {} sends pictures again", sensorId);
        }
        brokenFor = null;
    }

    private synchronized void onDisconnected(String why) {
        if (!stream.isEndFinal()) {
            onFailure(why, "connecting again");
        }
    }

    private synchronized void onNoPicture() {
        onFailure(mostBytes + " bytes without a JPEG picture", "the stream must be MJPEG; reading goes on");
    }

    /** Logs a failure once for consecutive equal reasons, and rarely if failures and pictures alternate. */
    private synchronized void onFailure(String why, String next) {
        if (!closed && !why.equals(brokenFor)) {
            failed.warn("no pictures from camera {} ({}); {}", sensorId, why, next);
            brokenFor = why;
        }
    }

    private synchronized void put(byte[] jpeg) throws InterruptedException {
        meters.countReceived();
        if (everyNanos > 0) {
            if (!pictures.isEmpty()) {
                pictures.clear();
                meters.countSkipped();
            }
        } else {
            while (pictures.size() >= AHEAD && !closed) {
                wait();
            }
        }
        pictures.add(jpeg);
    }

    public String sensorId() {
        return sensorId;
    }

    /** The next JPEG image, or null if there is none right now. */
    public synchronized byte @Nullable [] next() {
        long now = nanos.getAsLong();
        if (pictures.isEmpty() || everyNanos > 0 && begun && now - due < 0) {
            return null;
        }
        // After an interruption the schedule starts again from the present.
        due = begun && now - due < everyNanos ? due + everyNanos : now + everyNanos;
        begun = true;
        byte[] jpeg = pictures.remove();
        notifyAll();
        return jpeg;
    }

    /** Whether the stream has ended, is not opened again, and all of its images were returned. */
    public synchronized boolean isExhausted() {
        return ended && pictures.isEmpty();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private static boolean sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Override
    public void close() {
        InputStream open = markClosed();
        reader.interrupt();
        if (open != null && !stream.isEndFinal()) {
            // Java's HTTP client closes a stream only after the read that waits for data, up to the camera's timeout.
            var closing = new Thread(() -> close(open), "camera-close-" + sensorId);
            closing.setDaemon(true);
            closing.start();
        }
    }

    private synchronized @Nullable InputStream markClosed() {
        closed = true;
        notifyAll();
        return connection;
    }

    private void close(InputStream open) {
        try {
            open.close();
        } catch (IOException e) {
            LOG.debug("the connection to camera {} was already broken", sensorId, e);
        }
    }
}
