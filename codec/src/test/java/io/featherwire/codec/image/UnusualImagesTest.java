package io.featherwire.codec.image;

import static io.featherwire.codec.image.UnusualImageFiles.PNG_HEADER_BYTES;
import static io.featherwire.codec.image.UnusualImageFiles.SOI_BYTES;
import static io.featherwire.codec.image.UnusualImageFiles.adobe;
import static io.featherwire.codec.image.UnusualImageFiles.chunk;
import static io.featherwire.codec.image.UnusualImageFiles.exif;
import static io.featherwire.codec.image.UnusualImageFiles.exifSegment;
import static io.featherwire.codec.image.UnusualImageFiles.indexOf;
import static io.featherwire.codec.image.UnusualImageFiles.insert;
import static io.featherwire.codec.image.UnusualImageFiles.join;
import static io.featherwire.codec.image.UnusualImageFiles.profile;
import static io.featherwire.codec.image.UnusualImageFiles.segment;
import static io.featherwire.codec.image.UnusualImageFiles.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.image.ImageException.Reason;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decodes pictures that every viewer shows, and some that no viewer shows. */
class UnusualImagesTest {

    private static final int APP0 = 0xE0;
    private static final int SOF0 = 0xC0;
    private static final int SOS = 0xDA;

    private final ImageDecoder stored = new ImageDecoder(ImageLimits.DEFAULT);
    private final ImageDecoder upright = new ImageDecoder(ImageLimits.DEFAULT, true);

    static Stream<Arguments> profiles() {
        byte[] rgb = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();
        byte[] linear = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
        byte[] gray = ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData();
        byte[] cmyk = rgb.clone();
        System.arraycopy(new byte[] {'C', 'M', 'Y', 'K'}, 0, cmyk, 16, 4);
        byte[] half = Arrays.copyOf(rgb, rgb.length / 2);
        byte[] rest = Arrays.copyOfRange(rgb, rgb.length / 2, rgb.length);
        List<byte[]> headers = List.of(
                profile(1, 1, rgb),
                profile(1, 1, linear),
                profile(1, 1, gray),
                profile(1, 1, cmyk),
                profile(1, 1, new byte[1]),
                profile(1, 1, new byte[0]),
                profile(1, 2, half),
                profile(2, 2, rest),
                profile(0, 0, rgb),
                profile(3, 2, rest),
                join(profile(2, 2, rest), profile(1, 2, half)),
                join(profile(1, 2, half), profile(1, 2, half), profile(2, 2, rest)),
                join(profile(1, 1, rgb), profile(1, 1, gray)));
        return Stream.of("rgb.jpg", "progressive.jpg", "gray.jpg", "cmyk.jpg", "ycck.jpg")
                .flatMap(name -> headers.stream().map(header -> Arguments.of(name, header)));
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void shouldIgnoreEveryProfileOfAJpeg(String name, byte[] profile) throws ImageException {
        byte[] file = TestPictures.bytes(name);

        assertSame(file, insert(file, SOI_BYTES, profile));
        assertSame(file, insert(file, indexOf(file, SOS), profile));
        assertSame(file, insert(insert(file, indexOf(file, SOS), profile), SOI_BYTES, profile));
    }

    @Test
    void shouldIgnoreEveryProfileOfAPng() throws ImageException {
        byte[] linear = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
        byte[] gray = ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData();
        for (String name : List.of("rgb.png", "rgb16.png", "palette.png", "gray8.png", "alpha.png")) {
            byte[] file = TestPictures.bytes(name);
            for (byte[] profile : List.of(linear, gray, new byte[1], new byte[0])) {
                byte[] chunk = chunk("iCCP", join(new byte[] {'p', 0, 0}, deflated(profile)));
                assertSame(file, insert(file, PNG_HEADER_BYTES, chunk));
                assertSame(file, insert(file, PNG_HEADER_BYTES, chunk, chunk, chunk("gAMA", new byte[4])));
            }
            assertSame(file, insert(file, PNG_HEADER_BYTES, chunk("iCCP", new byte[1]), chunk("cHRM", new byte[3])));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "0, 63, 1", "1, 63, 0", "0, 0, 255", "63, 63, 16", "255, 255, 255", "0, 62, 0"})
    void shouldReadASequentialScanWhateverItsParameters(int start, int end, int approximation) throws ImageException {
        for (String name : List.of("rgb.jpg", "gray.jpg", "cmyk.jpg")) {
            byte[] file = TestPictures.bytes(name);
            int at = indexOf(file, SOS) + 2 + 2 + 1 + 2 * file[indexOf(file, SOS) + 4];
            byte[] odd = file.clone();
            odd[at] = (byte) start;
            odd[at + 1] = (byte) end;
            odd[at + 2] = (byte) approximation;

            assertSame(file, odd);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 255})
    void shouldTakeAJfifFileAsYCbCrWhateverAdobeSays(int transform) throws ImageException {
        byte[] file = TestPictures.bytes("rgb.jpg");

        assertSame(file, insert(file, indexOf(file, SOF0), adobe(transform)));
        assertSame(file, insert(file, SOI_BYTES, adobe(transform)));
        assertSame(file, insert(file, indexOf(file, SOS), profile(1, 2, new byte[9]), adobe(0), adobe(transform)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 255})
    void shouldTakeAnUnknownTransformOfThreeComponentsAsYCbCr(int transform) throws ImageException {
        byte[] file = TestPictures.bytes("rgb.jpg");
        byte[] bare = without(file, APP0);

        assertSame(file, insert(bare, SOI_BYTES, adobe(transform)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 255})
    void shouldTakeAnUnknownTransformOfFourComponentsAsYcck(int transform) throws ImageException {
        byte[] file = TestPictures.bytes("ycck.jpg");
        byte[] bare = without(file, 0xEE);

        assertSame(file, insert(bare, SOI_BYTES, adobe(transform)));
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8"})
    void shouldTurnPicturesAsExifSaysWhereTheBundleWantsIt(int orientation) throws ImageException {
        for (String name : List.of("scene-11x7.png", "rgb.jpg", "progressive.jpg", "cmyk.jpg", "palette.png")) {
            byte[] file = TestPictures.bytes(name);
            RgbImage plain = decode(stored, file);
            for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
                for (boolean asLong : new boolean[] {false, true}) {
                    byte[] turned = withExif(file, exif(order, asLong, orientation));

                    assertEqual(decode(stored, turned), plain);
                    assertEqual(decode(upright, turned), seen(plain, orientation));
                    assertThat(EncodedImage.sniff(turned).hasExifOrientation()).isEqualTo(orientation != 1);
                }
            }
        }
    }

    @Test
    void shouldTurnLargePngFilesAsSmallOnes() throws ImageException {
        byte[] file = NoisyPng.of(300, 301, java.awt.image.BufferedImage.TYPE_3BYTE_BGR, false);
        RgbImage plain = decode(stored, file);
        for (int orientation = 1; orientation <= 8; orientation++) {
            byte[] turned = withExif(file, exif(ByteOrder.LITTLE_ENDIAN, false, orientation));

            assertEqual(decode(upright, turned), seen(plain, orientation));
        }
    }

    @Test
    void shouldFindExifAfterTheImageDataOfAPng() throws ImageException {
        byte[] file = TestPictures.bytes("scene-11x7.png");
        byte[] late = insert(file, file.length - 12, chunk("eXIf", exif(ByteOrder.BIG_ENDIAN, false, 8)));

        assertEqual(decode(upright, late), seen(decode(stored, file), 8));
    }

    @Test
    void shouldTakeTheFirstOfTwoExifBlocks() throws ImageException {
        byte[] file = TestPictures.bytes("rgb.jpg");
        byte[] six = exifSegment(exif(ByteOrder.BIG_ENDIAN, false, 6));
        byte[] three = exifSegment(exif(ByteOrder.BIG_ENDIAN, false, 3));

        assertEqual(decode(upright, insert(file, SOI_BYTES, six, three)), seen(decode(stored, file), 6));
    }

    @Test
    void shouldIgnoreDamagedExif() throws ImageException {
        byte[] jpeg = TestPictures.bytes("rgb.jpg");
        byte[] png = TestPictures.bytes("scene-11x7.png");
        byte[] whole = exif(ByteOrder.LITTLE_ENDIAN, false, 6);
        int endOfOrientation = 8 + 2 + 2 * 12;
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            int expected = length < endOfOrientation ? 1 : 6;
            assertEqual(decode(upright, withExif(jpeg, cut)), seen(decode(stored, jpeg), expected));
            assertEqual(decode(upright, withExif(png, cut)), seen(decode(stored, png), expected));
        }
        for (int number : new int[] {0, 9, 255, 0xFFFF}) {
            byte[] odd = exif(ByteOrder.LITTLE_ENDIAN, false, number);
            assertEqual(decode(upright, withExif(png, odd)), decode(stored, png));
        }
        byte[] elsewhere = whole.clone();
        elsewhere[4] = (byte) 0xF0;
        elsewhere[7] = (byte) 0xFF;
        assertEqual(decode(upright, withExif(png, elsewhere)), decode(stored, png));
    }

    @ParameterizedTest
    @CsvSource({
        "0xC9, 8, arithmetically",
        "0xCA, 8, arithmetically",
        "0xC3, 8, lossless",
        "0xC5, 8, hierarchical",
        "0xC1, 12, 12 bits",
        "0xC2, 12, 12 bits"
    })
    void shouldSayWhichKindOfJpegItDoesNotRead(int code, int bits, String word) {
        byte[] odd = TestPictures.bytes("rgb.jpg");
        int frame = indexOf(odd, SOF0);
        odd[frame + 1] = (byte) code;
        odd[frame + 4] = (byte) bits;

        assertThatThrownBy(() -> decode(stored, odd))
                .hasMessageContaining(word)
                .hasMessageContaining("save it as")
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED));
    }

    @ParameterizedTest
    @CsvSource({
        "RIFF1234WEBPVP8 , WebP",
        "1234ftypheic, HEIC",
        "1234ftypavif, AVIF",
        "GIF89a, GIF",
        "8BPS, Photoshop",
        "<svg xmlns=, SVG",
        "<!doctype HTML>, HTML"
    })
    void shouldNameTheFormatThatItFound(String beginning, String name) {
        assertThatThrownBy(() -> EncodedImage.sniff(
                        (beginning + "................").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)))
                .hasMessageContaining(name)
                .hasMessageContaining("convert it to JPEG or PNG");
    }

    @Test
    void shouldReadFilesWithThousandsOfSegmentsAndWhateverFollowsThem() throws ImageException {
        byte[] file = TestPictures.bytes("rgb.jpg");
        byte[][] many = new byte[50_000][];
        Arrays.fill(many, segment(0xFE, new byte[2]));
        byte[][] tables = new byte[500][];
        int table = indexOf(file, 0xDB);
        Arrays.fill(tables, Arrays.copyOfRange(file, table, table + 2 + 2 + 65));

        assertSame(file, insert(file, SOI_BYTES, join(many)));
        assertSame(file, insert(file, table, join(tables)));
        assertSame(file, join(file, file, new byte[70_000]));
        assertSame(file, join(file, TestPictures.bytes("progressive.jpg")));
        assertSame(file, insert(file, indexOf(file, SOF0), segment(0xDD, new byte[] {-1, -1})));
        byte[] png = TestPictures.bytes("palette.png");
        assertSame(png, join(png, file));
    }

    private static byte[] withExif(byte[] file, byte[] tiff) {
        return file[0] == -1
                ? insert(file, SOI_BYTES, exifSegment(tiff))
                : insert(file, PNG_HEADER_BYTES, chunk("eXIf", tiff));
    }

    private static byte[] deflated(byte[] bytes) {
        java.util.zip.Deflater deflater = new java.util.zip.Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        byte[] out = new byte[bytes.length + 100];
        return Arrays.copyOf(out, deflater.deflate(out));
    }

    /** The definition of the tag: the corner of the stored picture where the first row and column are. */
    private static RgbImage seen(RgbImage image, int orientation) {
        int w = image.width();
        int h = image.height();
        boolean sideways = orientation >= 5;
        byte[] rgb = new byte[3 * w * h];
        for (int y = 0; y < (sideways ? w : h); y++) {
            for (int x = 0; x < (sideways ? h : w); x++) {
                int column = List.of(x, w - 1 - x, w - 1 - x, x, y, y, w - 1 - y, w - 1 - y)
                        .get(orientation - 1);
                int row = List.of(y, y, h - 1 - y, h - 1 - y, x, h - 1 - x, h - 1 - x, x)
                        .get(orientation - 1);
                System.arraycopy(image.rgb(), 3 * (row * w + column), rgb, 3 * (y * (sideways ? h : w) + x), 3);
            }
        }
        return new RgbImage(sideways ? h : w, sideways ? w : h, rgb);
    }

    private void assertSame(byte[] good, byte[] odd) throws ImageException {
        assertEqual(decode(stored, odd), decode(stored, good));
    }

    private static void assertEqual(RgbImage image, RgbImage expected) {
        assertThat(TestPictures.difference(image, expected)).isZero();
    }

    private static RgbImage decode(ImageDecoder decoder, byte[] file) throws ImageException {
        return decoder.decode(EncodedImage.sniff(file));
    }
}
