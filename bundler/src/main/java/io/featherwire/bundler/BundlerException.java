package io.featherwire.bundler;

/** Thrown if a model, its settings or its images cannot become a bundle; the message says why, and what to do. */
public final class BundlerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BundlerException(String message) {
        super(message);
    }

    public BundlerException(String message, Throwable cause) {
        super(message, cause);
    }
}
