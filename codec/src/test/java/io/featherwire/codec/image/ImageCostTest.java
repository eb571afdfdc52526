package io.featherwire.codec.image;

import static io.featherwire.codec.image.UnusualImageFiles.PNG_HEADER_BYTES;
import static io.featherwire.codec.image.UnusualImageFiles.chunk;
import static io.featherwire.codec.image.UnusualImageFiles.insert;
import static io.featherwire.codec.image.UnusualImageFiles.join;
import static io.featherwire.codec.image.UnusualImageFiles.zeros;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.featherwire.codec.image.ImageException.Reason;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import javax.imageio.ImageTypeSpecifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks the cost of images: memory of this thread, and its CPU time, so that other work on the machine does not count.
 */
class ImageCostTest {

    private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int MEGABYTE = 1_000_000;

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    /** Limits for images that are within the other limits, on a machine of any speed. */
    private final ImageDecoder patient =
            new ImageDecoder(new ImageLimits(8 << 20, 32_000_000, 384 << 20, 100, Duration.ofMinutes(10)));

    @ParameterizedTest
    @CsvSource({
        "8000, 4000, 16, 6, 4, false",
        "8000, 4000, 16, 6, 4, true",
        "8000, 4000, 8, 6, 4, false",
        "1, 3400000, 8, 2, 3, false",
        "3400000, 1, 16, 6, 4, false",
        "1, 32000000, 8, 0, 1, false",
        "5656, 5656, 1, 0, 1, false"
    })
    void shouldDecodeTheLargestPngFilesInLittleMoreThanTheMemoryOfTheirPixels(
            int width, int height, int bits, int colorType, int samples, boolean interlaced) throws ImageException {
        EncodedImage file =
                EncodedImage.sniff(UnusualImageFiles.blankPng(width, height, bits, colorType, samples, interlaced));
        long before = THREAD.getCurrentThreadAllocatedBytes();

        RgbImage image = decoder.decode(file);

        long rows = 32L * width;
        assertThat(THREAD.getCurrentThreadAllocatedBytes() - before)
                .isLessThan(3L * width * height + rows + 4 * MEGABYTE + 64L * height);
        assertThat(image.width()).isEqualTo(width);
        assertThat(image.rgb()[0]).isEqualTo((byte) (samples == 4 ? 255 : 0));
        assertThat(image.rgb()[image.rgb().length - 1]).isEqualTo(image.rgb()[0]);
    }

    static Stream<ImageTypeSpecifier> types() {
        ColorSpace rgb = ColorSpace.getInstance(ColorSpace.CS_sRGB);
        ColorSpace gray = ColorSpace.getInstance(ColorSpace.CS_GRAY);
        return Stream.of(
                ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_BYTE_BINARY),
                ImageTypeSpecifier.createGrayscale(4, DataBuffer.TYPE_BYTE, false),
                ImageTypeSpecifier.createGrayscale(8, DataBuffer.TYPE_BYTE, false),
                ImageTypeSpecifier.createGrayscale(16, DataBuffer.TYPE_USHORT, false),
                ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_BYTE_INDEXED),
                ImageTypeSpecifier.createInterleaved(rgb, new int[] {0, 1, 2}, DataBuffer.TYPE_BYTE, false, false),
                ImageTypeSpecifier.createInterleaved(rgb, new int[] {0, 1, 2}, DataBuffer.TYPE_USHORT, false, false),
                ImageTypeSpecifier.createInterleaved(rgb, new int[] {0, 1, 2, 3}, DataBuffer.TYPE_BYTE, true, false),
                ImageTypeSpecifier.createInterleaved(rgb, new int[] {0, 1, 2, 3}, DataBuffer.TYPE_USHORT, true, false),
                ImageTypeSpecifier.createInterleaved(gray, new int[] {0, 1}, DataBuffer.TYPE_BYTE, true, false),
                ImageTypeSpecifier.createInterleaved(gray, new int[] {0, 1}, DataBuffer.TYPE_USHORT, true, false));
    }

    @ParameterizedTest
    @MethodSource("types")
    void shouldSeeTheSamePixelsInALargePngFileAsInASmallOne(ImageTypeSpecifier type) throws ImageException {
        for (boolean interlaced : new boolean[] {false, true}) {
            byte[] file = NoisyPng.of(type, 311, 241, interlaced);

            RgbImage image = decoder.decode(EncodedImage.sniff(file));

            assertThat(TestPictures.difference(image, PixelExtraction.of(UnusualImageFiles.read(file))))
                    .isZero();
        }
    }

    @Test
    void shouldSeeTheSamePixelsInALargePngFileWithATransparentColour() throws ImageException {
        byte[] file = insert(
                UnusualImageFiles.blankPng(300, 300, 8, 2, 3, false), PNG_HEADER_BYTES, chunk("tRNS", new byte[6]));

        RgbImage image = decoder.decode(EncodedImage.sniff(file));

        assertThat(image.rgb()).containsOnly(-1);
    }

    @ParameterizedTest
    @CsvSource({"rgb.jpg", "progressive.jpg", "gray.jpg", "cmyk.jpg", "ycck.jpg"})
    void shouldSeeThePixelsOfAJpegAsThePlatformStoresThem(String name) throws ImageException {
        byte[] file = TestPictures.bytes(name);

        assertThat(TestPictures.difference(TestPictures.decode(name), PixelExtraction.of(UnusualImageFiles.read(file))))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"5656, 1000", "5656, 33", "64, 101", "3200, 100", "64, 200000"})
    void shouldRefuseTooManyScansBeforeTheFirstOfThem(int side, int scans) {
        EncodedImage file = new EncodedImage(ImageEncoding.JPEG, 0, 0, UnusualImageFiles.manyScans(side, scans));
        long before = THREAD.getCurrentThreadCpuTime();

        assertReason(decoder, file, Reason.TOO_MANY_SCANS, "scans");

        assertThat(millisSince(before)).isLessThan(500);
    }

    @ParameterizedTest
    @CsvSource({"64, 100", "1000, 100"})
    void shouldDecodeAsManyScansAsAreAllowed(int side, int scans) throws ImageException {
        RgbImage image =
                patient.decode(new EncodedImage(ImageEncoding.JPEG, 0, 0, UnusualImageFiles.manyScans(side, scans)));

        assertThat(image.width()).isEqualTo(side);
        assertThat(image.rgb()[image.rgb().length / 2]).isEqualTo((byte) 128);
    }

    @Test
    @Tag("slow")
    void shouldDecodeAsManyScansOfALargePictureAsAreAllowed() throws ImageException {
        shouldDecodeAsManyScansAsAreAllowed(5656, 12);
    }

    @Test
    void shouldEndADecodingThatTakesTooLong() {
        ImageLimits limits = new ImageLimits(8 << 20, 32_000_000, 1 << 30, 100_000, Duration.ofMillis(100));
        ImageDecoder impatient = new ImageDecoder(limits);
        for (byte[] file : List.of(
                UnusualImageFiles.manyScans(5656, 1000), UnusualImageFiles.blankPng(8000, 4000, 16, 6, 4, false))) {
            EncodedImage image = file[0] == -1
                    ? new EncodedImage(ImageEncoding.JPEG, 0, 0, file)
                    : new EncodedImage(ImageEncoding.PNG, 0, 0, file);
            long before = THREAD.getCurrentThreadCpuTime();

            assertReason(impatient, image, Reason.TOO_SLOW, "100 ms");

            assertThat(millisSince(before)).isLessThan(5_000);
        }
    }

    @Test
    void shouldRefuseWhatNeedsMoreMemoryThanThereIs() {
        ImageLimits limits = new ImageLimits(8 << 20, 32_000_000, 100L << 20, 100, Duration.ofSeconds(60));
        ImageDecoder narrow = new ImageDecoder(limits);

        assertReason(
                narrow,
                new EncodedImage(ImageEncoding.JPEG, 0, 0, UnusualImageFiles.manyScans(5656, 3)),
                Reason.TOO_MUCH_MEMORY,
                "bytes of memory");
    }

    @Test
    void shouldLetImagesWaitForEachOthersMemory() throws Exception {
        // Given
        byte[] file = UnusualImageFiles.blankPng(1500, 1000, 8, 2, 3, false);
        ImageDecoder narrow =
                new ImageDecoder(new ImageLimits(8 << 20, 32_000_000, 6L << 20, 100, Duration.ofSeconds(60)));
        CountDownLatch done = new CountDownLatch(1);
        Thread second = new Thread(() -> {
            try {
                narrow.decode(EncodedImage.sniff(file));
                done.countDown();
            } catch (ImageException e) {
                throw new IllegalStateException(e);
            }
        });

        // When
        narrow.decode(EncodedImage.sniff(file), first -> {
            second.start();
            while (second.getState() != Thread.State.WAITING && done.getCount() > 0) {
                Thread.onSpinWait();
            }
            assertThat(done.getCount()).isOne();
            return first;
        });
        second.join();

        // Then
        assertThat(done.getCount()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"iCCP", "zTXt", "iTXt", "tEXt", "sPLT", "eXIf", "fdAT"})
    void shouldInflateNothingThatPixelsDoNotDependOn(String type) throws ImageException {
        byte[] data = join(
                new byte[] {'p', 0, 0},
                type.equals("iTXt") ? new byte[] {0, 0, 0} : new byte[0],
                zeros(200L * MEGABYTE));
        for (String name : List.of("palette.png", "rgb.png")) {
            byte[] file = insert(TestPictures.bytes(name), PNG_HEADER_BYTES, chunk(type, data));
            long before = THREAD.getCurrentThreadAllocatedBytes();

            RgbImage image = decoder.decode(EncodedImage.sniff(file));

            assertThat(THREAD.getCurrentThreadAllocatedBytes() - before).isLessThan(MEGABYTE);
            assertThat(TestPictures.difference(image, TestPictures.decode(name)))
                    .isZero();
        }
    }

    private static long millisSince(long cpuTime) {
        return (THREAD.getCurrentThreadCpuTime() - cpuTime) / 1_000_000;
    }

    private static void assertReason(ImageDecoder decoder, EncodedImage image, Reason reason, String words) {
        assertThatThrownBy(() -> decoder.decode(image))
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
