package io.featherwire.codec.onnx;

/** The runtime, the device or a graph is broken: never an image's or a payload's fault, so a stream must stop. */
public final class OnnxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public OnnxException(String message) {
        super(message);
    }

    public OnnxException(String message, Throwable cause) {
        super(message, cause);
    }
}
