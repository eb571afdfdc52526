package io.featherwire.codec.payload;

/** Where a channel's own symbols start and how many there are; index count stands for the escape. */
record Alphabet(int lowest, int count) {

    int index(int symbol) {
        int index = symbol - lowest;
        return index < 0 || index >= count ? count : index;
    }
}
