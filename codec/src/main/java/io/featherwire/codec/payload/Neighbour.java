package io.featherwire.codec.payload;

/**
 * An earlier symbol whose size predicts the current symbol: it is below, within or above two bounds.
 *
 * @param channel an earlier channel, or the channel of the current symbol
 * @param down rows from the current symbol's place, -1..1
 * @param right columns from the current symbol's place, -1..1
 * @param low the lower bound: symbols below it are of class 0
 * @param high the upper bound: symbols above it are of class 2; other symbols, and places outside the plane, are of
 *      class 1
 */
record Neighbour(int channel, int down, int right, int low, int high) {

    static final int CLASSES = 3;

    Neighbour {
        if (channel < 0 || Math.abs(down) > 1 || Math.abs(right) > 1 || low > high) {
            throw new IllegalArgumentException("no such neighbour: " + channel + ", " + down + ", " + right);
        }
    }

    /**
     * Returns whether this neighbour comes before a symbol of channel {@code own} in the order of channels, rows,
     * columns.
     */
    boolean precedes(int own) {
        return channel < own || channel == own && (down < 0 || down == 0 && right < 0);
    }

    /** Returns the class of the neighbour of the symbol at row y, column x. */
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
