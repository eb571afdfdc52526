package io.featherwire.codec.onnx;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The processor that a network runs on.
 *
 * @param kind the kind of processor, or AUTO for CUDA if it works and the CPU otherwise
 * @param index the index of the CUDA device, 0 for other kinds
 */
public record Device(Kind kind, int index) {

    /** The kind of processor. */
    public enum Kind {
        AUTO,
        CPU,
        CUDA
    }

    public static final Device AUTO = new Device(Kind.AUTO, 0);
    public static final Device CPU = new Device(Kind.CPU, 0);

    private static final Pattern SYNTAX = Pattern.compile("auto|cpu|cuda(?::(\\d{1,3}))?");

    public Device {
        if (index < 0 || index > 0 && kind != Kind.CUDA) {
            throw new IllegalArgumentException("device index " + index + " is not valid for " + kind);
        }
    }

    /** Reads {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:n}. */
    public static Device parse(String text) {
        Matcher matcher = SYNTAX.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("device is '" + text + "', must be auto, cpu, cuda or cuda:n");
        }
        String index = matcher.group(1);
        String kind = matcher.group().split(":", 2)[0].toUpperCase(Locale.ROOT);
        return new Device(Kind.valueOf(kind), index == null ? 0 : Integer.parseInt(index));
    }

    @Override
    public String toString() {
        String name = kind.name().toLowerCase(Locale.ROOT);
        return kind == Kind.CUDA ? name + ":" + index : name;
    }
}
