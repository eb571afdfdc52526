package io.featherwire.codec.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.image.ImageException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    @ParameterizedTest
    @CsvSource({
        "rgb.png, 0",
        "rgb16.png, 0",
        "animated.png, 0",
        "rgb.jpg, 8",
        "progressive.jpg, 8",
        "cmyk.jpg, 16",
        "ycck.jpg, 16",
        "palette.png, 60",
    })
    void shouldDecodeTheSamePictureFromEveryKindOfFile(String name, int tolerance) throws ImageException {
        assertThat(TestPictures.difference(TestPictures.decode(name), TestPictures.gradient()))
                .isLessThanOrEqualTo(tolerance);
    }

    @ParameterizedTest
    @CsvSource({"gray8.png, 1", "gray.jpg, 6"})
    void shouldTakeGrayAsItIsStored(String name, int tolerance) throws ImageException {
        RgbImage image = TestPictures.decode(name);

        int i = 3 * (10 * TestPictures.SIZE + 20);
        // Red 164, green 82, blue 128 by the weights of ITU-R BT.601
        int expected = Math.round(0.299f * 164 + 0.587f * 82 + 0.114f * 128);
        for (int c = 0; c < 3; c++) {
            assertThat(image.rgb()[i + c] & 0xFF).isBetween(expected - tolerance, expected + tolerance);
        }
    }

    @Test
    void shouldReduceSixteenBitsOfGrayToEight() throws ImageException {
        RgbImage image = TestPictures.decode("gray16.png");

        for (int x = 0; x < TestPictures.SIZE; x++) {
            int expected = Math.round(x * 65_535f / 31 / 257);
            assertThat(image.rgb()[3 * x + 1] & 0xFF).isBetween(expected - 1, expected + 1);
        }
    }

    @Test
    void shouldBlendTransparentPixelsWithWhite() throws ImageException {
        RgbImage image = TestPictures.decode("alpha.png");

        assertThat(image.rgb()[2]).isEqualTo((byte) 128);
        assertThat(image.rgb()[3 * 31 + 2]).isEqualTo((byte) 255);
    }

    @Test
    void shouldReadBlackAndWhite() throws ImageException {
        for (byte sample : TestPictures.decode("bilevel.png").rgb()) {
            assertThat(sample).isIn((byte) 0, (byte) -1);
        }
    }

    @Test
    void shouldTakeRawPixelsAsTheyAre() throws ImageException {
        byte[] rgb = {1, 2, 3, 4, 5, 6};

        assertThat(decoder.decode(new EncodedImage(ImageEncoding.RGB8, 2, 1, rgb))
                        .rgb())
                .isEqualTo(rgb);
    }

    @ParameterizedTest
    @CsvSource({
        "bomb.png, PNG, TOO_MANY_PIXELS",
        "animated.gif, JPEG, UNKNOWN_FORMAT",
        "animated.gif, PNG, UNKNOWN_FORMAT",
        "page.html, JPEG, UNKNOWN_FORMAT",
        "rgb.png, JPEG, UNKNOWN_FORMAT",
        "rgb.jpg, PNG, UNKNOWN_FORMAT",
        "rgb.jpg, RGB8, CORRUPT",
    })
    void shouldRefuseUnusableImages(String name, ImageEncoding encoding, Reason reason) {
        assertReason(new EncodedImage(encoding, 0, 0, TestPictures.bytes(name)), reason);
    }

    @Test
    void shouldRefuseAnEmptyImage() throws ImageException {
        for (ImageEncoding encoding : ImageEncoding.values()) {
            assertReason(new EncodedImage(encoding, 4, 4, new byte[0]), Reason.EMPTY);
        }
        assertThatThrownBy(() -> EncodedImage.sniff(new byte[0])).isInstanceOf(ImageException.class);
    }

    @Test
    void shouldRefuseMoreBytesOrPixelsThanAllowed() {
        ImageDecoder strict =
                new ImageDecoder(ImageLimits.DEFAULT.withMaxBytes(100).withMaxPixels(1023));
        byte[] large = TestPictures.bytes("rgb.jpg");

        assertThatThrownBy(() -> strict.decode(new EncodedImage(ImageEncoding.JPEG, 0, 0, large)))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MANY_BYTES));
        ImageDecoder small =
                new ImageDecoder(ImageLimits.DEFAULT.withMaxBytes(10_000).withMaxPixels(1023));
        assertThatThrownBy(() -> small.decode(new EncodedImage(ImageEncoding.JPEG, 0, 0, large)))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MANY_PIXELS));
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "-1, -4", "65536, 65536", "4, 0"})
    void shouldRefuseRawPixelsOfAnotherSize(int width, int height) {
        assertThatThrownBy(() -> decoder.decode(new EncodedImage(ImageEncoding.RGB8, width, height, new byte[3])))
                .isInstanceOf(ImageException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"rgb.jpg", "progressive.jpg", "gray.jpg", "cmyk.jpg", "rgb.png", "rgb16.png", "palette.png"})
    void shouldRefuseEveryTruncation(String name) throws ImageException {
        byte[] file = TestPictures.bytes(name);
        ImageEncoding encoding = EncodedImage.sniff(file).encoding();
        for (int length = 1; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> decoder.decode(new EncodedImage(encoding, 0, 0, cut)))
                    .as("%s cut to %s of %s bytes", name, length, file.length)
                    .isInstanceOf(ImageException.class);
        }
    }

    @Test
    void shouldReportATruncatedFile() {
        byte[] jpeg = TestPictures.bytes("rgb.jpg");
        byte[] png = TestPictures.bytes("rgb16.png");

        assertReason(
                new EncodedImage(ImageEncoding.JPEG, 0, 0, Arrays.copyOf(jpeg, jpeg.length - 60)), Reason.TRUNCATED);
        assertReason(new EncodedImage(ImageEncoding.PNG, 0, 0, Arrays.copyOf(png, png.length - 60)), Reason.TRUNCATED);
    }

    @Test
    void shouldRefuseEveryFlippedBitOfAPngFile() {
        byte[] png = TestPictures.bytes("rgb.png");
        for (int bit = 0; bit < 8 * png.length; bit++) {
            byte[] flipped = png.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> decoder.decode(new EncodedImage(ImageEncoding.PNG, 0, 0, flipped)))
                    .isInstanceOf(ImageException.class);
        }
    }

    @Test
    void shouldReturnOrRefuseAnyBytes() {
        Random random = new Random(7);
        byte[][] files = {
            TestPictures.bytes("rgb.jpg"),
            TestPictures.bytes("progressive.jpg"),
            TestPictures.bytes("cmyk.jpg"),
            TestPictures.bytes("palette.png"),
            TestPictures.bytes("rgb16.png")
        };
        for (int i = 0; i < 3000; i++) {
            byte[] file = files[i % files.length].clone();
            for (int n = random.nextInt(5); n >= 0; n--) {
                file[random.nextInt(file.length)] = (byte) random.nextInt();
            }
            try {
                EncodedImage image = EncodedImage.sniff(file);
                // A damaged header may announce a large picture, which would only make this test slow.
                new ImageDecoder(ImageLimits.DEFAULT.withMaxBytes(10_000).withMaxPixels(1 << 16)).decode(image);
            } catch (ImageException e) {
                assertThat(e.reason()).isNotNull();
            }
        }
    }

    @Test
    void shouldDecodeGoodFilesAfterABadOne() throws ImageException {
        byte[] good = TestPictures.bytes("rgb.jpg");
        EncodedImage bad = new EncodedImage(ImageEncoding.JPEG, 0, 0, Arrays.copyOf(good, good.length - 100));
        RgbImage expected = decoder.decode(EncodedImage.sniff(good));

        for (int i = 0; i < 5; i++) {
            assertReason(bad, Reason.TRUNCATED);
            assertThat(decoder.decode(EncodedImage.sniff(good)).rgb()).isEqualTo(expected.rgb());
        }
    }

    @Test
    void shouldServeManyThreads() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        byte[] expected = TestPictures.decode("rgb.jpg").rgb();
        List<Callable<byte[]>> tasks = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            tasks.add(() -> decoder.decode(EncodedImage.sniff(TestPictures.bytes("rgb.jpg")))
                    .rgb());
        }
        for (Future<byte[]> result : pool.invokeAll(tasks)) {
            assertThat(result.get()).isEqualTo(expected);
        }
        pool.shutdown();
    }

    private void assertReason(EncodedImage image, Reason reason) {
        assertThatThrownBy(() -> decoder.decode(image))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
