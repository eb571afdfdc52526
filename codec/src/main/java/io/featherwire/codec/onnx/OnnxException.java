package io.featherwire.codec.onnx;

/**
 * Thrown if the runtime, the device or a graph is broken. It is never the fault of an image or payload, so that a
 * stream must stop.
 */
public final class OnnxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public OnnxException(String message) {
        super(message);
    }

    public OnnxException(String message, Throwable cause) {
        super(message, cause);
    }
}
