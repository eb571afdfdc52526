package io.featherwire.codec.payload;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The shape of a feature or a code, without the batch: channels x height x width.
 *
 * @param channels the number of channels, at least 1
 * @param height the number of rows, at least 1
 * @param width the number of columns, at least 1
 */
public record TensorShape(int channels, int height, int width) {

    private static final int MAX_VALUES = 1 << 24;

    public TensorShape {
        if (channels < 1 || height < 1 || width < 1 || (double) channels * height * width > MAX_VALUES) {
            throw new IllegalArgumentException("shape " + channels + "x" + height + "x" + width
                    + " must have positive sides and at most " + MAX_VALUES + " values");
        }
    }

    @JsonCreator
    public static TensorShape of(int... sides) {
        if (sides.length != 3) {
            throw new IllegalArgumentException(
                    "a shape has channels, height and width, not " + sides.length + " sides");
        }
        return new TensorShape(sides[0], sides[1], sides[2]);
    }

    @JsonValue
    public int[] sides() {
        return new int[] {channels, height, width};
    }

    /** Returns the number of values of one channel. */
    public int plane() {
        return height * width;
    }

    /** Returns the number of values of all channels. */
    public int values() {
        return channels * height * width;
    }

    @Override
    public String toString() {
        return channels + "x" + height + "x" + width;
    }
}
