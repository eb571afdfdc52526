package io.featherwire.codec.payload;

/**
 * The symbols of a channel that have frequencies of their own: {@code count} symbols from {@code lowest} on. Index
 * {@code count} stands for the escape.
 */
record Alphabet(int lowest, int count) {

    int index(int symbol) {
        int index = symbol - lowest;
        return index < 0 || index >= count ? count : index;
    }
}
