package io.featherwire.producer.camera;

import io.featherwire.producer.ImageSource;
import io.featherwire.producer.SourceImage;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Several cameras that take turns. */
public final class Cameras implements ImageSource {

    /** What stands for a raw stream of JPEG pictures on standard input. */
    public static final String STANDARD_INPUT = "mjpeg:-";

    private final List<ImageSource> cameras;
    private int turn;

    private Cameras(List<ImageSource> cameras) {
        this.cameras = cameras;
    }

    /** Whether a source is a camera: an address of HTTP, or {@link #STANDARD_INPUT}. */
    public static boolean isCamera(String address) {
        if (address.equals(STANDARD_INPUT)) {
            return true;
        }
        try {
            URI uri = new URI(address);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /**
     * Begins to read from all of them.
     *
     * @param addresses by sensor, each {@link #isCamera}
     * @param every time between two pictures that are taken of each; zero for all of them
     * @param silence longest time without a byte before a camera is connected to anew
     * @param mostBytes of a picture
     */
    public static Cameras start(
            Map<String, String> addresses, Duration every, Duration silence, int mostBytes, MeterRegistry registry) {
        List<ImageSource> cameras = new ArrayList<>();
        addresses.forEach((sensor, address) -> cameras.add(Camera.start(
                sensor,
                address.equals(STANDARD_INPUT)
                        ? CameraStream.standardInput(System.in)
                        : CameraStream.http(URI.create(address), silence),
                every,
                mostBytes,
                registry)));
        return new Cameras(cameras);
    }

    @Override
    public @Nullable SourceImage next() throws IOException {
        for (int i = 0; i < cameras.size(); i++) {
            SourceImage image = cameras.get(turn).next();
            turn = (turn + 1) % cameras.size();
            if (image != null) {
                return image;
            }
        }
        return null;
    }

    @Override
    public boolean isExhausted() {
        return cameras.stream().allMatch(ImageSource::isExhausted);
    }

    @Override
    public OptionalLong size() {
        return OptionalLong.empty();
    }

    @Override
    public String name() {
        return "camera";
    }

    @Override
    public void close() {
        cameras.forEach(ImageSource::close);
    }
}
