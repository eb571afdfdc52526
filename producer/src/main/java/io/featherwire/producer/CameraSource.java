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

/** Takes images from one or several cameras in turn. */
final class CameraSource implements ImageSource {

    /** The address that stands for a stream of JPEG images on standard input. */
    static final String STANDARD_INPUT = "mjpeg:-";

    private final List<Camera> cameras;
    private int turn;

    private CameraSource(List<Camera> cameras) {
        this.cameras = cameras;
    }

    /** Whether an address is that of a camera: an HTTP or HTTPS URL, or {@link #STANDARD_INPUT}. */
    static boolean isCameraAddress(String address) {
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
     * @param addresses the address of each sensor's camera; {@link #isCameraAddress} holds for each of them
     * @param every the interval between two pictures of a camera; zero for every picture
     * @param silence the time without data after which the connection to a camera is made again
     * @param maxBytes the maximum size of a picture, in bytes
     */
    static CameraSource start(
            Map<String, String> addresses, Duration every, Duration silence, int maxBytes, MeterRegistry registry) {
        List<Camera> cameras = new ArrayList<>();
        addresses.forEach((sensor, address) -> cameras.add(Camera.start(
                sensor,
                address.equals(STANDARD_INPUT)
                        ? CameraStream.standardInput(System.in)
                        : CameraStream.http(URI.create(address), silence),
                every,
                maxBytes,
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
