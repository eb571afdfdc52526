package io.featherwire.codec.payload;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a code is written into a payload, from most bytes to fewest. */
public enum PayloadMode {
    /** Every value as a 32-bit float. */
    F32,
    /** Every value as one byte, by an offset and a step per channel. */
    U8,
    /** Symbols with as many bits as the frame's own range of symbols needs; no tables. */
    PACKED,
    /** Symbols through a range coder with the bundle's tables. */
    ENTROPY;

    /**
     * Returns the mode of a payload, by its first byte.
     *
     * @throws PayloadException if the payload is empty or of a version that this release does not read
     */
    public static PayloadMode of(byte[] payload) throws PayloadException {
        return PayloadHeader.mode(payload);
    }

    /** Reads the lower-case name. */
    @JsonCreator
    public static PayloadMode parse(String text) {
        for (PayloadMode mode : values()) {
            if (mode.text().equals(text)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("payload mode is '" + text + "', must be f32, u8, packed or entropy");
    }

    /** The lower-case name, as in configuration and in manifests. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
