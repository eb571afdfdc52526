package io.featherwire.producer.camera;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;

/** The stream of bytes of a camera, which can be opened again. */
public interface CameraStream {

    /** Connects. A read fails if the camera sends nothing for longer than allowed. */
    InputStream open() throws IOException;

    /** Whether the end of the stream is final, so that it is not opened again. */
    boolean isEndFinal();

    /** Bytes on standard input, such as from ffmpeg; their end is final. */
    static CameraStream standardInput(InputStream in) {
        return new CameraStream() {
            @Override
            public InputStream open() {
                return in;
            }

            @Override
            public boolean isEndFinal() {
                return true;
            }
        };
    }

    /**
     * MJPEG over HTTP: multipart/x-mixed-replace.
     *
     * @param address the URL; user and password, percent-encoded, stand before the host if the camera asks for them
     * @param silence the maximum time without data
     */
    static CameraStream http(URI address, Duration silence) {
        return new HttpCameraStream(address, silence);
    }
}
