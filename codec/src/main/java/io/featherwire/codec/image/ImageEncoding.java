package io.featherwire.codec.image;

/** The encoding of an image. */
public enum ImageEncoding {
    /** A whole JPEG file. */
    JPEG,
    /** A whole PNG file. */
    PNG,
    /** Width x height x 3 bytes: rows from the top, R G B interleaved. */
    RGB8
}
