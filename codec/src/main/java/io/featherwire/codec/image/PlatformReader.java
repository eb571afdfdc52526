package io.featherwire.codec.image;

import io.featherwire.codec.image.ImageException.Reason;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The Java platform's reader of an encoding. It records the warnings of its last image, because the platform's reader
 * accepts damaged JPEG files.
 */
final class PlatformReader implements IIOReadWarningListener {

    private static final String PLATFORM_PACKAGE = "com.sun.imageio.";

    // The reader's messages, which are not localised.
    private static final String TRUNCATED = "Truncated File";
    private static final String DAMAGED = "Corrupt JPEG data";
    private static final String EXTRA = "extraneous bytes";
    private static final String UNSUPPORTED = "Unsupported Image Type";

    private final ImageReader reader;
    private @Nullable String damage;

    private PlatformReader(ImageReader reader) {
        this.reader = reader;
        reader.addIIOReadWarningListener(this);
    }

    static PlatformReader of(ImageEncoding encoding) {
        ImageReader first = null;
        for (Iterator<ImageReader> all = ImageIO.getImageReadersByFormatName(encoding.name()); all.hasNext(); ) {
            ImageReader reader = all.next();
            if (reader.getClass().getName().startsWith(PLATFORM_PACKAGE)) {
                return new PlatformReader(reader);
            }
            first = first == null ? reader : first;
        }
        if (first == null) {
            throw new IllegalStateException("this Java platform has no reader of " + encoding);
        }
        return new PlatformReader(first);
    }

    /** Decodes an image: a small PNG file directly, any other file without a second copy of the pixels. */
    RgbImage read(DecodableImage picture, DecodingTimeLimit time) throws ImageException, IOException {
        try (ImageInputStream in = new TimeLimitedInput(picture.bytes(), picture.pauses(), time)) {
            reader.setInput(in, true, true);
            if (reader.getWidth(0) != picture.width() || reader.getHeight(0) != picture.height()) {
                throw new ImageException(Reason.CORRUPT, "the file cannot be decoded: it has two headers");
            }
            RgbImage decoded = picture.isSmallPng()
                    ? picture.orientation().apply(PixelExtraction.of(reader.read(0)))
                    : readToSink(picture, time);
            requireNoDamage();
            return decoded;
        } finally {
            reader.setInput(null);
        }
    }

    private RgbImage readToSink(DecodableImage picture, DecodingTimeLimit time) throws IOException {
        Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
        if (!types.hasNext()) {
            throw new IIOException(UNSUPPORTED);
        }
        PixelSink sink = PixelSink.of(types.next(), picture.width(), picture.height(), picture.orientation(), time);
        ImageReadParam into = reader.getDefaultReadParam();
        into.setDestination(sink.destination());
        reader.read(0, into);
        return sink.image();
    }

    @Override
    public void warningOccurred(ImageReader source, String text) {
        // Good files often have extra bytes between segments, an odd density, or a sequential scan with the parameters
        // of a progressive scan (some phones write these). No pixel is wrong in such files.
        if (text.startsWith(TRUNCATED) || text.startsWith(DAMAGED) && !text.contains(EXTRA)) {
            damage = damage == null || text.startsWith(TRUNCATED) ? text : damage;
        }
    }

    /** Throws if the last file was damaged. */
    private void requireNoDamage() throws ImageException {
        if (damage != null) {
            throw exception(damage, null);
        }
    }

    /** Returns the exception for a failure of the reader; a truncated file fails in many ways. */
    ImageException toImageException(IIOException failure) {
        return exception(damage == null ? String.valueOf(failure.getMessage()) : damage, failure);
    }

    private static ImageException exception(String text, @Nullable IIOException cause) {
        Reason reason = text.startsWith(TRUNCATED)
                ? Reason.TRUNCATED
                : text.startsWith(UNSUPPORTED) ? Reason.UNSUPPORTED : Reason.CORRUPT;
        String message = "the file cannot be decoded: " + text;
        return cause == null ? new ImageException(reason, message) : new ImageException(reason, message, cause);
    }

    void dispose() {
        reader.dispose();
    }
}
