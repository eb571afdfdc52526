package io.featherwire.codec.gate;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.InputSpec;
import io.featherwire.codec.image.RgbImage;

/**
 * A reduced frame: the part of the picture that reaches the network, as 64 × 48 grey pixels; each is the mean of its
 * part of the picture.
 *
 * @param grey rows from the top, 0..255; the array is not copied
 */
public record GreyThumbnail(byte[] grey) {

    private static final int WIDTH = 64;
    private static final int HEIGHT = 48;
    private static final int BLOCK = 8;

    /** The size of a view, in bytes. */
    public static final int BYTES = WIDTH * HEIGHT;

    public GreyThumbnail {
        requireNonNull(grey, "grey");
        if (grey.length != BYTES) {
            throw new IllegalArgumentException("a view of " + grey.length + " bytes, not " + BYTES);
        }
    }

    /**
     * Returns the view of a picture of any size.
     *
     * @param input the network's input; margins that it cuts off are not part of the view
     */
    public static GreyThumbnail of(RgbImage image, InputSpec input) {
        int width = visibleLength(image.width(), image.height(), input);
        int height = visibleLength(image.height(), image.width(), input);
        int fromLeft = (image.width() - width) / 2;
        int fromTop = (image.height() - height) / 2;
        byte[] grey = new byte[BYTES];
        for (int y = 0; y < HEIGHT; y++) {
            int top = part(y, height, HEIGHT);
            int bottom = Math.max(top + 1, part(y + 1, height, HEIGHT));
            for (int x = 0; x < WIDTH; x++) {
                int left = part(x, width, WIDTH);
                int right = Math.max(left + 1, part(x + 1, width, WIDTH));
                grey[y * WIDTH + x] =
                        meanGrey(image, fromLeft + left, fromTop + top, fromLeft + right, fromTop + bottom);
            }
        }
        return new GreyThumbnail(grey);
    }

    /** Returns the pixel at which a part of an axis begins, if the axis is divided into {@code parts} equal parts. */
    private static int part(int index, int length, int parts) {
        return (int) ((long) index * length / parts);
    }

    /** Returns the number of pixels of an axis that reach the network, at least 1. */
    private static int visibleLength(int length, int other, InputSpec input) {
        return Math.max(1, (int) Math.ceil(length * input.visibleShare(length, other)));
    }

    private static byte meanGrey(RgbImage image, int left, int top, int right, int bottom) {
        byte[] rgb = image.rgb();
        long sum = 0;
        for (int y = top; y < bottom; y++) {
            int at = 3 * (y * image.width() + left);
            for (int x = left; x < right; x++, at += 3) {
                // The weights of BT.601, multiplied by 256.
                sum += 77 * (rgb[at] & 0xFF) + 150 * (rgb[at + 1] & 0xFF) + 29 * (rgb[at + 2] & 0xFF);
            }
        }
        long pixels = (long) (right - left) * (bottom - top);
        return (byte) ((sum / pixels + 128) >> 8);
    }

    /**
     * Returns the difference of two views in grey levels: the largest mean absolute difference of a block of 8 × 8
     * pixels.
     */
    public double difference(GreyThumbnail other) {
        int largest = 0;
        for (int top = 0; top < HEIGHT; top += BLOCK) {
            for (int left = 0; left < WIDTH; left += BLOCK) {
                int sum = 0;
                for (int y = top; y < top + BLOCK; y++) {
                    for (int x = left; x < left + BLOCK; x++) {
                        int at = y * WIDTH + x;
                        sum += Math.abs((grey[at] & 0xFF) - (other.grey[at] & 0xFF));
                    }
                }
                largest = Math.max(largest, sum);
            }
        }
        return (double) largest / (BLOCK * BLOCK);
    }
}
