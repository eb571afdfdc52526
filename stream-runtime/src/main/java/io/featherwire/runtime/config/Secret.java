package io.featherwire.runtime.config;

import static java.util.Objects.requireNonNull;

/** A text that must not be printed: toString() hides it, and reveal() returns it. */
public final class Secret {

    private final String text;

    public Secret(String text) {
        this.text = requireNonNull(text, "text");
    }

    public String reveal() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
