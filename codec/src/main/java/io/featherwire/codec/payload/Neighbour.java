package io.featherwire.codec.payload;

/**
 * A symbol decoded earlier whose size predicts the next one's: below, within or above two bounds.
 *
 * @param channel an earlier channel, or the symbol's own
 * @param down rows from the symbol's own place, -1..1
 * @param right columns from the symbol's own place, -1..1
 * @param low symbols below are class 0
 * @param high symbols above are class 2, the others, and places outside the plane, class 1
 */
record Neighbour(int channel, int down, int right, int low, int high) {

    static final int CLASSES = 3;

    Neighbour {
        if (channel < 0 || Math.abs(down) > 1 || Math.abs(right) > 1 || low > high) {
            throw new IllegalArgumentException("no such neighbour: " + channel + ", " + down + ", " + right);
        }
    }

    /** Whether it comes before a symbol of that channel in the order of channels, rows, columns. */
    boolean precedes(int own) {
        return channel < own || channel == own && (down < 0 || down == 0 && right < 0);
    }

    /** Class of the neighbour of the symbol at row y, column x. */
    int classify(int[] symbols, TensorShape shape, int y, int x) {
        int row = y + down;
        int column = x + right;
        if (row < 0 || column < 0 || row >= shape.height() || column >= shape.width()) {
            return 1;
        }
        int symbol = symbols[channel * shape.plane() + row * shape.width() + column];
        return symbol < low ? 0 : symbol > high ? 2 : 1;
    }
}
