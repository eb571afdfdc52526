package io.featherwire.codec.image;

/** How the bytes of an image are to be read. */
public enum ImageEncoding {
    /** A whole JPEG file. */
    JPEG,
    /** A whole PNG file. */
    PNG,
    /** Width x height x 3 bytes, rows from the top, R G B interleaved. */
    RGB8
}
