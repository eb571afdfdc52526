package io.featherwire.codec.payload;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The form in which a payload stores a code, from most bytes to fewest. */
public enum PayloadMode {
    /** Each value is a 32-bit float. */
    F32,
    /** Each value is one byte, by an offset and a step per channel. */
    U8,
    /** The symbols have as many bits as the range of the frame's symbols needs; no tables. */
    PACKED,
    /** The symbols are coded by a range coder with the bundle's tables. */
    ENTROPY;

    /**
     * Returns the mode of a payload, by its first byte.
     *
     * @throws PayloadException if the payload is empty or of a version that this release does not read
     */
    public static PayloadMode of(byte[] payload) throws PayloadException {
        return PayloadHeader.mode(payload);
    }

    /** Returns the mode with a lower-case name. */
    @JsonCreator
    public static PayloadMode parse(String text) {
        for (PayloadMode mode : values()) {
            if (mode.text().equals(text)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("payload mode is '" + text + "', must be f32, u8, packed or entropy");
    }

    /** Returns the lower-case name, as configuration and manifests write it. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
