package io.featherwire.codec.image;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The method of resizing an image to a square.
 *
 * @param filter the interpolation between pixels
 * @param antialias whether the filter is widened when an image is shrunk, so that every source pixel counts
 * @param fit the treatment of an image that is not square
 * @param number for CROP the shortest side in pixels before the middle is cut out, for LETTERBOX the gray around the
 *      image (0..255), for STRETCH 0
 */
public record ResizeMethod(Filter filter, boolean antialias, Fit fit, int number) {

    /** The filter that computes a pixel. */
    public enum Filter {
        BILINEAR,
        BICUBIC
    }

    /** The treatment of an image that is not square. */
    public enum Fit {
        /** The aspect ratio changes. */
        STRETCH,
        /** The middle of the image is cut out. */
        CROP,
        /** The image is put into the middle of a gray square. */
        LETTERBOX
    }

    /** Bilinear with antialias, stretched: the method of older bundles. */
    public static final ResizeMethod BILINEAR = new ResizeMethod(Filter.BILINEAR, true, Fit.STRETCH, 0);

    private static final Pattern SYNTAX =
            Pattern.compile("(bilinear|bicubic)( aliased)?(?: (crop|letterbox) (\\d{1,4}))?");

    public ResizeMethod {
        requireNonNull(filter, "filter");
        requireNonNull(fit, "fit");
        if (number < 0
                || fit == Fit.STRETCH && number != 0
                || fit == Fit.LETTERBOX && number > 255
                || fit == Fit.CROP && number < 1) {
            throw new IllegalArgumentException("number " + number + " is not valid for " + fit);
        }
    }

    /**
     * Reads {@code bilinear} or {@code bicubic}, optionally {@code aliased}, optionally {@code crop 256} or {@code
     * letterbox 114}.
     */
    public static ResizeMethod parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("input resize is '" + text
                    + "', must be 'bilinear' or 'bicubic', optionally 'aliased', optionally 'crop' and the shortest side in"
                    + " pixels or 'letterbox' and a gray of 0..255");
        }
        Fit fit = matcher.group(3) == null
                ? Fit.STRETCH
                : Fit.valueOf(matcher.group(3).toUpperCase(Locale.ROOT));
        return new ResizeMethod(
                Filter.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)),
                matcher.group(2) == null,
                fit,
                matcher.group(4) == null ? 0 : Integer.parseInt(matcher.group(4)));
    }

    /** Returns the text that {@link #parse} reads. */
    public String text() {
        String end = fit == Fit.STRETCH ? "" : " " + fit.name().toLowerCase(Locale.ROOT) + " " + number;
        return filter.name().toLowerCase(Locale.ROOT) + (antialias ? "" : " aliased") + end;
    }

    /**
     * The place of one axis in the square. The axis is scaled to {@code scaled} pixels; {@code count} of them, from
     * {@code first} on, are put into the square from {@code at} on.
     */
    record Span(int scaled, int first, int count, int at) {}

    /**
     * Returns the place of an axis of {@code length} pixels in a square of {@code size} pixels; the other axis of the
     * image has {@code other} pixels.
     */
    Span span(int length, int other, int size) {
        return switch (fit) {
            case CROP -> {
                int shortest = Math.max(number, size);
                int scaled = length <= other
                        ? shortest
                        : (int) Math.min(Integer.MAX_VALUE / 4, (long) shortest * length / other);
                yield new Span(scaled, (int) Math.rint((scaled - size) / 2.0), size, 0);
            }
            case LETTERBOX -> {
                int inner = length >= other ? size : Math.max(1, Math.round((float) size * length / other));
                yield new Span(inner, 0, inner, (size - inner) / 2);
            }
            case STRETCH -> new Span(size, 0, size, 0);
        };
    }
}
