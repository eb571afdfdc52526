package io.featherwire.codec.payload;

/** CRC-16/CCITT-FALSE: polynomial 0x1021, initial value 0xFFFF, no reflection, no final XOR. */
final class Crc16 {

    static final int INITIAL = 0xFFFF;

    private static final int[] TABLE = createTable();

    /** The effect of the first of two bytes on the checksum after the second byte. */
    private static final int[] FIRST = createTwoByteTable();

    private Crc16() {}

    private static int[] createTable() {
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
            }
            table[i] = crc & 0xFFFF;
        }
        return table;
    }

    private static int[] createTwoByteTable() {
        int[] first = new int[256];
        for (int i = 0; i < 256; i++) {
            first[i] = (TABLE[i] << 8 ^ TABLE[TABLE[i] >>> 8]) & 0xFFFF;
        }
        return first;
    }

    static int update(int crc, int octet) {
        return (crc << 8 ^ TABLE[(crc >>> 8 ^ octet) & 0xFF]) & 0xFFFF;
    }

    static int of(byte[] bytes, int length) {
        int crc = INITIAL;
        for (int i = 0; i < length; i++) {
            crc = update(crc, bytes[i]);
        }
        return crc;
    }

    /** Returns the checksum of the symbols as 16-bit two's complement numbers, high byte first. */
    static int of(int[] symbols) {
        int crc = INITIAL;
        for (int symbol : symbols) {
            int both = crc ^ symbol;
            crc = FIRST[both >>> 8 & 0xFF] ^ TABLE[both & 0xFF];
        }
        return crc;
    }
}
