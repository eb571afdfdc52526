package io.featherwire.codec.payload;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A uniform quantiser per channel: symbol = round((value - offset) / step), value = offset + (symbol - sign(symbol) *
 * shrink) * step.
 *
 * <p>The shrink, in steps and 0 by default, moves the reconstruction points of a channel towards its offset: most
 * values that are rounded to a symbol lie on that side of it, and so does their mean.
 *
 * <p>A channel with step 0 is dead: its symbol is always 0, its value is always the offset, and it costs no bits.
 */
public final class Quantiser {

    /** The largest absolute value of a symbol; larger ones are clamped. */
    public static final int MAX_SYMBOL = 32_767;

    private final float[] offset;
    private final float[] step;
    private final float @Nullable [] shrink;

    @JsonCreator
    private Quantiser(
            @JsonProperty(value = "offset", required = true) float[] offset,
            @JsonProperty(value = "step", required = true) float[] step,
            @JsonProperty("shrink") float @Nullable [] shrink) {
        this.offset = requireNonNull(offset, "offset").clone();
        this.step = requireNonNull(step, "step").clone();
        this.shrink = shrink == null ? null : shrink.clone();
        if (offset.length != step.length || step.length == 0) {
            throw new IllegalArgumentException(
                    "a quantiser needs as many offsets as steps: " + offset.length + " and " + step.length);
        }
        for (int c = 0; c < step.length; c++) {
            if (!Float.isFinite(offset[c]) || !Float.isFinite(step[c]) || step[c] < 0) {
                throw new IllegalArgumentException(
                        "quantiser channel " + c + " has offset " + offset[c] + " and step " + step[c]);
            }
        }
        checkShrink();
    }

    private void checkShrink() {
        if (shrink == null) {
            return;
        }
        if (shrink.length != step.length) {
            throw new IllegalArgumentException(
                    "a quantiser needs as many shrinks as steps: " + shrink.length + " and " + step.length);
        }
        for (int c = 0; c < step.length; c++) {
            if (!(Math.abs(shrink[c]) < 1)) {
                throw new IllegalArgumentException(
                        "quantiser channel " + c + " has shrink " + shrink[c] + ", must be between -1 and 1");
            }
        }
    }

    /** Returns a quantiser with one offset and one step per channel; step 0 marks a dead channel. */
    public static Quantiser of(float[] offset, float[] step) {
        return new Quantiser(offset, step, null);
    }

    /** Returns a copy whose reconstruction points are moved by one shrink per channel, in steps, between -1 and 1. */
    public Quantiser withShrink(float[] shrinks) {
        return new Quantiser(offset, step, requireNonNull(shrinks, "shrinks"));
    }

    /** Returns a quantiser with the same step for all channels and without offsets. */
    public static Quantiser uniform(int channels, float step) {
        float[] steps = new float[channels];
        Arrays.fill(steps, step);
        return new Quantiser(new float[channels], steps, null);
    }

    /** Returns a quantiser that spreads symbols 0..255 over each channel's range minimum..maximum. */
    public static Quantiser bytes(float[] minimum, float[] maximum) {
        float[] steps = new float[minimum.length];
        for (int c = 0; c < steps.length; c++) {
            steps[c] = (maximum[c] - minimum[c]) / 255f;
        }
        return new Quantiser(minimum, steps, null);
    }

    public int channels() {
        return step.length;
    }

    @JsonProperty("offset")
    public float[] offset() {
        return offset.clone();
    }

    @JsonProperty("step")
    public float[] step() {
        return step.clone();
    }

    @JsonProperty("shrink")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public float @Nullable [] shrink() {
        return shrink == null ? null : shrink.clone();
    }

    /** Returns the reconstruction point of a symbol of a channel, in steps from the offset. */
    float reconstructionPoint(int channel, int symbol) {
        return shrink == null ? symbol : symbol - Integer.signum(symbol) * shrink[channel];
    }

    public boolean isDead(int channel) {
        return step[channel] == 0f;
    }

    /** Returns the channels with step 0. */
    public Set<Integer> deadChannels() {
        return IntStream.range(0, step.length).filter(this::isDead).boxed().collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Converts a code to symbols.
     *
     * @param code the array that holds the code [C, plane] from index {@code from} on
     * @param lowest the lowest symbol; lower ones are clamped to it
     * @param highest the highest symbol; higher ones are clamped to it
     * @throws ArithmeticException if a value is NaN, because the network that computed it is broken
     */
    void quantise(float[] code, int from, int plane, int lowest, int highest, int[] symbols) {
        int i = 0;
        for (int c = 0; c < step.length; c++) {
            float o = offset[c];
            float s = step[c];
            for (int p = 0; p < plane; p++, i++) {
                float value = code[from + i];
                if (Float.isNaN(value)) {
                    throw new ArithmeticException("the code holds NaN in channel " + c);
                }
                symbols[i] = s == 0f ? 0 : Math.max(lowest, Math.min(highest, Math.round((value - o) / s)));
            }
        }
    }

    /**
     * Returns the values that {@link #quantise} rounds: the code that starts at {@code from}, in steps from the
     * offsets; 0 in dead channels.
     */
    float[] unrounded(float[] codes, int from, int plane) {
        float[] values = new float[step.length * plane];
        for (int i = 0; i < values.length; i++) {
            int c = i / plane;
            values[i] = isDead(c) ? 0 : (codes[from + i] - offset[c]) / step[c];
        }
        return values;
    }

    /** Converts symbols to a code [C, plane], written from index {@code to} on. */
    void dequantise(int[] symbols, int plane, float[] code, int to) {
        int i = 0;
        for (int c = 0; c < step.length; c++) {
            for (int p = 0; p < plane; p++, i++) {
                code[to + i] = offset[c] + reconstructionPoint(c, symbols[i]) * step[c];
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Quantiser that
                && Arrays.equals(offset, that.offset)
                && Arrays.equals(step, that.step)
                && Arrays.equals(shrink, that.shrink);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(offset) + Arrays.hashCode(step)) + Arrays.hashCode(shrink);
    }

    @Override
    public String toString() {
        return "Quantiser[" + step.length + " channels]";
    }
}
