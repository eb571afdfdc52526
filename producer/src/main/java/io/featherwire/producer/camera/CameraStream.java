package io.featherwire.producer.camera;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** A source of a camera's bytes. */
public interface CameraStream {

    /** Connects. A read fails if the camera is silent for longer than allowed. */
    InputStream open() throws IOException;

    /** Whether the end of the stream is final, instead of the end of one connection. */
    boolean endsForGood();

    /** Bytes on standard input, such as from ffmpeg; their end is final. */
    static CameraStream standardInput(InputStream in) {
        return new CameraStream() {
            @Override
            public InputStream open() {
                return in;
            }

            @Override
            public boolean endsForGood() {
                return true;
            }
        };
    }

    /**
     * MJPEG over HTTP: multipart/x-mixed-replace.
     *
     * @param address with user and password in front of the host where the camera asks for them
     * @param silence longest time without a byte
     */
    static CameraStream http(URI address, Duration silence) {
        return new CameraStream() {
            @Override
            public InputStream open() throws IOException {
                HttpURLConnection connection =
                        (HttpURLConnection) withoutUser(address).toURL().openConnection();
                connection.setConnectTimeout((int) silence.toMillis());
                connection.setReadTimeout((int) silence.toMillis());
                connection.setRequestProperty("Accept", "multipart/x-mixed-replace, image/jpeg");
                if (address.getUserInfo() != null) {
                    String user = Base64.getEncoder()
                            .encodeToString(address.getUserInfo().getBytes(StandardCharsets.UTF_8));
                    connection.setRequestProperty("Authorization", "Basic " + user);
                }
                int status = connection.getResponseCode();
                if (status != HttpURLConnection.HTTP_OK) {
                    connection.disconnect();
                    throw new IOException("the camera answers with status " + status);
                }
                return connection.getInputStream();
            }

            @Override
            public boolean endsForGood() {
                return false;
            }
        };
    }

    /** The address for display: without the password. */
    static URI withoutUser(URI address) {
        try {
            return new URI(
                    address.getScheme(),
                    null,
                    address.getHost(),
                    address.getPort(),
                    address.getPath(),
                    address.getQuery(),
                    null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
