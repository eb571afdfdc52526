package io.featherwire.codec.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Optional;

/** Image formats that are not supported. They are recognised by their signatures, so that a rejection can name them. */
enum UnsupportedFormat {
    WEBP("WebP", 0, "RIFF????WEBP"),
    HEIC("HEIC", 4, "ftyphei", "ftyphev", "ftypmif1", "ftypmsf1"),
    AVIF("AVIF", 4, "ftypavif", "ftypavis"),
    GIF("GIF", 0, "GIF87a", "GIF89a"),
    BMP("BMP", 0, "BM??????\0\0\0\0"),
    TIFF("TIFF", 0, "II*\0", "MM\0*", "II+\0", "MM\0+"),
    JPEG_XL("JPEG XL", 0, "\u00ff\n", "\0\0\0\fJXL \r\n"),
    JPEG_2000("JPEG 2000", 0, "\0\0\0\fjP  \r\n", "\u00ffO\u00ffQ"),
    JPEG_XR("JPEG XR", 0, "II\u00bc\u0001"),
    PHOTOSHOP("Photoshop", 0, "8BPS"),
    ICON("Windows icon", 0, "\0\0\1\0"),
    PNM("PNM", 0, "P1\n", "P2\n", "P3\n", "P4\n", "P5\n", "P6\n"),
    SVG("SVG or other XML", 0, "<svg", "<?xml"),
    PDF("PDF", 0, "%PDF-"),
    HTML("HTML", 0, "<!DOCTYPE html", "<html");

    private static final int LONGEST = 16;
    private static final char ANY = '?';

    private final String text;
    private final int offset;
    private final String[] beginnings;

    UnsupportedFormat(String text, int offset, String... beginnings) {
        this.text = text;
        this.offset = offset;
        this.beginnings = beginnings;
    }

    /** Returns the format's usual name. */
    String text() {
        return text;
    }

    static Optional<UnsupportedFormat> of(byte[] file) {
        String beginning = new String(file, 0, Math.min(file.length, LONGEST), ISO_8859_1);
        for (UnsupportedFormat format : values()) {
            for (String magic : format.beginnings) {
                if (matches(beginning, format.offset, magic)) {
                    return Optional.of(format);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean matches(String beginning, int offset, String magic) {
        if (beginning.length() < offset + magic.length()) {
            return false;
        }
        for (int i = 0; i < magic.length(); i++) {
            if (magic.charAt(i) != ANY
                    && Character.toLowerCase(magic.charAt(i)) != Character.toLowerCase(beginning.charAt(offset + i))) {
                return false;
            }
        }
        return true;
    }
}
