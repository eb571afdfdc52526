package io.featherwire.producer;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.producer.camera.Camera;
import io.featherwire.producer.camera.CameraStream;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The images of one or several cameras, in turn. */
final class CameraSource implements ImageSource {

    /** The name of a raw stream of JPEG images on standard input. */
    static final String STANDARD_INPUT = "mjpeg:-";

    private final List<Camera> cameras;
    private int turn;

    private CameraSource(List<Camera> cameras) {
        this.cameras = cameras;
    }

    /** Whether a source is a camera: an address of HTTP, or {@link #STANDARD_INPUT}. */
    static boolean isCamera(String address) {
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
     * Starts reading from all cameras.
     *
     * @param addresses by sensor, each {@link #isCamera}
     * @param every time between two pictures that are taken of each; zero for all of them
     * @param silence longest time without a byte before a camera is connected to anew
     * @param mostBytes of a picture
     */
    static CameraSource start(
            Map<String, String> addresses, Duration every, Duration silence, int mostBytes, MeterRegistry registry) {
        List<Camera> cameras = new ArrayList<>();
        addresses.forEach((sensor, address) -> cameras.add(Camera.start(
                sensor,
                address.equals(STANDARD_INPUT)
                        ? CameraStream.standardInput(System.in)
                        : CameraStream.http(URI.create(address), silence),
                every,
                mostBytes,
                registry)));
        return new CameraSource(cameras);
    }

    @Override
    public @Nullable SourceImage next() {
        for (int i = 0; i < cameras.size(); i++) {
            Camera camera = cameras.get(turn);
            turn = (turn + 1) % cameras.size();
            byte[] jpeg = camera.next();
            if (jpeg != null) {
                return new SourceImage(
                        camera.sensorId(), new EncodedImage(ImageEncoding.JPEG, 0, 0, jpeg), null, camera.sensorId());
            }
        }
        return null;
    }

    @Override
    public boolean isExhausted() {
        return cameras.stream().allMatch(Camera::isExhausted);
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
        cameras.forEach(Camera::close);
    }
}
