package io.featherwire.codec.image;

/** The Exif orientation, 1 to 8: the corner and direction of the stored rows. */
enum Orientation {
    UPRIGHT(false, false, false),
    MIRRORED(true, false, false),
    TURNED_180(true, true, false),
    FLIPPED(false, true, false),
    TRANSPOSED(false, false, true),
    TURNED_90(false, true, true),
    TRANSVERSE(true, true, true),
    TURNED_270(true, false, true);

    private final boolean leftRight;
    private final boolean topBottom;
    private final boolean swapped;

    Orientation(boolean leftRight, boolean topBottom, boolean swapped) {
        this.leftRight = leftRight;
        this.topBottom = topBottom;
        this.swapped = swapped;
    }

    /** Returns the orientation of Exif's number; undefined numbers mean upright, as in image viewers. */
    static Orientation of(int number) {
        return number >= 1 && number <= values().length ? values()[number - 1] : UPRIGHT;
    }

    /**
     * The place of a stored picture's pixels in the upright picture: the index of the first pixel, and the steps to the
     * next pixel and to the next row, in bytes.
     */
    record Layout(int width, int height, int first, int nextPixel, int nextRow) {}

    Layout layout(int storedWidth, int storedHeight) {
        int pixel = swapped ? 3 * storedHeight : 3;
        int row = swapped ? 3 : 3 * storedWidth;
        int first = (leftRight ? (storedWidth - 1) * pixel : 0) + (topBottom ? (storedHeight - 1) * row : 0);
        return new Layout(
                swapped ? storedHeight : storedWidth,
                swapped ? storedWidth : storedHeight,
                first,
                leftRight ? -pixel : pixel,
                topBottom ? -row : row);
    }

    /** Returns the picture turned upright; the same object if it is upright already. */
    RgbImage apply(RgbImage stored) {
        if (this == UPRIGHT) {
            return stored;
        }
        Layout layout = layout(stored.width(), stored.height());
        byte[] from = stored.rgb();
        byte[] rgb = new byte[from.length];
        int i = 0;
        for (int y = 0; y < stored.height(); y++) {
            int at = layout.first() + y * layout.nextRow();
            for (int x = 0; x < stored.width(); x++, at += layout.nextPixel()) {
                rgb[at] = from[i++];
                rgb[at + 1] = from[i++];
                rgb[at + 2] = from[i++];
            }
        }
        return new RgbImage(layout.width(), layout.height(), rgb);
    }
}
