package io.featherwire.evaluation.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebpFilesTest {

    private static final int EDGE = 16;

    @Test
    void shouldWriteLossyFilesAndReadThemWithSimilarColours() throws Exception {
        WebpFiles files = new WebpFiles();
        BufferedImage image = gradient();

        byte[] coarse = files.write(image, 1);
        byte[] fine = files.write(image, 90);
        EncodedImage read = files.read(fine);

        assertThat(ThumbnailFormat.WEBP.obstacle()).isEmpty();
        assertThat(new String(fine, StandardCharsets.ISO_8859_1))
                .startsWith("RIFF")
                .contains("WEBPVP8 ");
        assertThat(coarse.length).isLessThan(fine.length).isLessThan(100);
        assertThat(read.encoding()).isEqualTo(ImageEncoding.RGB8);
        assertThat(read.width()).isEqualTo(EDGE);
        for (int at : new int[] {0, EDGE * EDGE / 2, EDGE * EDGE - 1}) {
            int wanted = image.getRGB(at % EDGE, at / EDGE);
            for (int channel = 0; channel < 3; channel++) {
                assertThat(read.bytes()[3 * at + channel] & 0xFF)
                        .as("pixel %d, channel %d", at, channel)
                        .isCloseTo(wanted >> 16 - 8 * channel & 0xFF, within(20));
            }
        }
    }

    private static BufferedImage gradient() {
        BufferedImage image = new BufferedImage(EDGE, EDGE, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < EDGE; y++) {
            for (int x = 0; x < EDGE; x++) {
                image.setRGB(x, y, 200 << 16 | 10 * x << 8 | 10 * y);
            }
        }
        return image;
    }

    @Test
    void shouldSayThatTheLibraryIsMissing() throws Exception {
        String without = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("webp-imageio"))
                .collect(Collectors.joining(File.pathSeparator));

        assertThat(thumbnails("-cp", without))
                .contains(
                        "[JPEG thumbnail, 16 × 16, quality 30, JPEG thumbnail, 32 × 32, quality 10]",
                        "[WebP thumbnails are not measured: this distribution has no WebP library; use the full distribution.]");
    }

    @Test
    void shouldSayThatThePlatformHasNoNativeCode() throws Exception {
        assertThat(thumbnails("-Dos.arch=riscv64", "-cp", System.getProperty("java.class.path")))
                .contains("libwebp cannot be used on", "riscv64", "UnsatisfiedLinkError");
    }

    @Test
    @EnabledOnOs(OS.LINUX) // Other systems keep the file of a loaded library
    void shouldLeaveNothingInTheTemporaryDirectory(@TempDir Path temporary) throws Exception {
        assertThat(thumbnails("-Djava.io.tmpdir=" + temporary, "-cp", System.getProperty("java.class.path")))
                .contains("WebP thumbnail, 32 × 32, quality 20]", "[]", "files: []");
    }

    /** Runs a JVM with these options and returns the thumbnails that it can make and the notes. */
    private static String thumbnails(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-Dstdout.encoding=UTF-8",
                "-Dfile.encoding=UTF-8"));
        command.addAll(List.of(options));
        command.add(Printer.class.getName());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }

    /** Prints the thumbnails that this process can make, why it leaves others out, and the files in the temporary directory. */
    static final class Printer {
        private Printer() {}

        public static void main(String[] ignored) {
            BundleFeatures unused = null;
            List<String> notes = new ArrayList<>();
            List<Coding> codings = ThumbnailCoding.all(UtilityOptions.DEFAULT, unused, notes);
            System.out.println(codings.stream().map(Coding::identity).toList());
            System.out.println(notes);
            System.out.println("files: " + Arrays.toString(new File(System.getProperty("java.io.tmpdir")).list()));
        }
    }

    @ParameterizedTest
    @CsvSource({"16:30, JPEG, 16, 30", "webp:16:1, WEBP, 16, 1", "WebP:512:100, WEBP, 512, 100", "jpeg:1:1, JPEG, 1, 1"
    })
    void shouldParseThumbnails(String text, ThumbnailFormat format, int edge, int quality) {
        assertThat(UtilityOptions.Thumbnail.parse(text)).isEqualTo(new UtilityOptions.Thumbnail(format, edge, quality));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"16", "16:30:webp", "avif:16:1", "16:30:", "a:b", "webp:16", "-1:30", "1234567890123:1", ""})
    void shouldNameTheFormsOfThumbnails(String text) {
        assertThatThrownBy(() -> UtilityOptions.Thumbnail.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("thumbnail is '" + text
                        + "', must be EDGE:QUALITY or webp:EDGE:QUALITY, such as 32:10 or webp:16:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0:30", "513:30", "webp:16:0", "16:101"})
    void shouldRefuseThumbnailsOutOfRange(String text) {
        assertThatThrownBy(() -> UtilityOptions.Thumbnail.parse(text))
                .hasMessageContaining("the edge must be in 1..512, the quality in 1..100");
    }
}
