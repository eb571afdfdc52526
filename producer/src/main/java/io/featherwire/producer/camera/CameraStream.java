package io.featherwire.producer.camera;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;

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
     * @param address with user and password in front of the host where the camera asks for them, percent-encoded
     * @param silence longest time without a byte
     */
    static CameraStream http(URI address, Duration silence) {
        return new HttpCameraStream(address, silence);
    }
}
