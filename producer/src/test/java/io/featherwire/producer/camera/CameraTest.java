package io.featherwire.producer.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CameraTest {

    private static final int MOST = 1 << 20;
    private static final Duration SILENCE = Duration.ofMillis(400);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void shouldSplitAStreamIntoPicturesAndCountDamagedOnes() throws IOException {
        // Given
        byte[] first = jpeg(1);
        byte[] second = jpeg(2);
        byte[] third = withThumbnail(jpeg(3), jpeg(4));
        byte[] tooLong = Arrays.copyOf(jpeg(5), jpeg(5).length - 2);
        var stream = new ByteArrayOutputStream();
        stream.write("--b\r\nContent-Type: image/jpeg\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        stream.write(first);
        stream.write("\r\n--b\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        stream.write(second, 0, second.length - 40);
        stream.write(second);
        stream.write(third);
        stream.write(tooLong);
        stream.write(new byte[MOST]);
        stream.write(second);
        stream.write(first, 0, first.length - 30);
        var damaged = new AtomicInteger();
        var noPicture = new AtomicInteger();

        // When
        List<byte[]> pictures = new ArrayList<>();
        var jpegs = new JpegStream(
                new ByteArrayInputStream(stream.toByteArray()),
                MOST,
                damaged::incrementAndGet,
                noPicture::incrementAndGet);
        for (byte[] picture = jpegs.next(); picture != null; picture = jpegs.next()) {
            pictures.add(picture);
        }

        // Then
        assertThat(pictures).containsExactly(first, second, third, second);
        assertThat(damaged).hasValue(3);
        assertThat(noPicture).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\n"})
    void shouldLoseNoPictureAfterADamagedOneThatClaimsItsBytes(String line) throws IOException {
        // Given: the Huffman tables end too early, and a damaged byte of a scan announces 60,000 bytes of another table
        byte[] whole = withThumbnail(jpeg(1), jpeg(2));
        byte[] truncated = Arrays.copyOf(jpeg(3), 300);
        byte[] damaged = jpeg(4);
        System.arraycopy(new byte[] {(byte) 0xFF, (byte) 0xC4, (byte) 0xEA, 0x60}, 0, damaged, damaged.length - 20, 4);
        var stream = new ByteArrayOutputStream();
        for (byte[] picture : List.of(truncated, whole, damaged, whole, jpeg(5), truncated, jpeg(6))) {
            stream.write(("--b" + line + "Content-Type: image/jpeg" + line + line).getBytes(StandardCharsets.US_ASCII));
            stream.write(picture);
            stream.write(line.getBytes(StandardCharsets.US_ASCII));
        }
        var bad = new AtomicInteger();

        // When
        List<byte[]> pictures = new ArrayList<>();
        var jpegs =
                new JpegStream(new ByteArrayInputStream(stream.toByteArray()), MOST, bad::incrementAndGet, () -> {});
        for (byte[] picture = jpegs.next(); picture != null; picture = jpegs.next()) {
            pictures.add(picture);
        }

        // Then
        assertThat(pictures).containsExactly(whole, whole, jpeg(5), jpeg(6));
        assertThat(bad).hasValue(3);
    }

    @Test
    void shouldLogAStreamWithoutJpegPictures() throws IOException {
        // Given
        var stream = new ByteArrayOutputStream();
        stream.write(new byte[2 * MOST + 5]);
        stream.write(jpeg(1));
        stream.write(new byte[MOST - 3]);
        stream.write(jpeg(2));
        var noPicture = new AtomicInteger();
        var jpegs = new JpegStream(
                new ByteArrayInputStream(stream.toByteArray()), MOST, () -> {}, noPicture::incrementAndGet);
        // When
        assertThat(jpegs.next()).isEqualTo(jpeg(1));
        // Then
        assertThat(noPicture).hasValue(2);
        // When
        assertThat(jpegs.next()).isEqualTo(jpeg(2));
        // Then
        assertThat(noPicture).hasValue(2);
    }

    @Test
    void shouldGiveTheNewestPictureAtEachInterval() throws Exception {
        // Given
        var nanos = new AtomicLong(1);
        var stream = new ByteArrayOutputStream();
        for (int i = 0; i < 10; i++) {
            stream.write(jpeg(i));
        }
        var camera = new Camera(
                "c",
                CameraStream.standardInput(new ByteArrayInputStream(stream.toByteArray())),
                Duration.ofMillis(500),
                MOST,
                registry,
                nanos::get);

        // When
        camera.begin();
        await().until(() -> count("featherwire.camera.frames") == 10);

        // Then
        assertThat(camera.next()).isEqualTo(jpeg(9));
        assertThat(camera.next()).isNull();
        assertThat(count("featherwire.camera.skipped")).isEqualTo(9);
        await().until(camera::isExhausted);
    }

    @Test
    void shouldReconnectWhenACameraStallsOrDisconnects() throws Exception {
        // Given
        var connections = new AtomicInteger();
        var never = new CountDownLatch(1);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            var thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/video", exchange -> {
            int number = connections.getAndIncrement();
            exchange.getResponseHeaders().add("Content-Type", "multipart/x-mixed-replace; boundary=b");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write("--b\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                out.write(jpeg(number));
                out.flush();
                if (number == 0) {
                    never.await();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        URI address =
                URI.create("http://user:secret@127.0.0.1:" + server.getAddress().getPort() + "/video");

        // When
        List<byte[]> pictures = new ArrayList<>();
        try (Camera camera = Camera.start("c", CameraStream.http(address, SILENCE), Duration.ZERO, MOST, registry)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                byte[] picture = camera.next();
                if (picture != null) {
                    pictures.add(picture);
                }
                return pictures.size() == 3;
            });
        } finally {
            never.countDown();
            server.stop(0);
        }

        // Then
        assertThat(pictures).hasSize(3).doesNotHaveDuplicates();
        assertThat(count("featherwire.camera.connections")).isGreaterThanOrEqualTo(3);
    }

    /** As ffmpeg writes it: -f image2pipe -c:v mjpeg. */
    @Test
    void shouldReadEachPictureThatFfmpegWrites(@TempDir Path directory) throws Exception {
        // Given
        Assumptions.assumeTrue(isInstalled("ffmpeg"), "ffmpeg is not installed");
        Process ffmpeg = new ProcessBuilder(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-f",
                        "lavfi",
                        "-i",
                        "testsrc=size=320x240:rate=5:duration=10",
                        "-f",
                        "image2pipe",
                        "-c:v",
                        "mjpeg",
                        "-")
                .redirectError(directory.resolve("errors").toFile())
                .start();

        // When
        int pictures = 0;
        try (InputStream in = ffmpeg.getInputStream();
                Camera camera = Camera.start("c", CameraStream.standardInput(in), Duration.ZERO, MOST, registry)) {
            while (!camera.isExhausted()) {
                byte[] picture = camera.next();
                if (picture != null) {
                    assertThat(ImageIO.read(new ByteArrayInputStream(picture)).getWidth())
                            .isEqualTo(320);
                    pictures++;
                }
            }
        }

        // Then
        assertThat(pictures).as(Files.readString(directory.resolve("errors"))).isEqualTo(50);
        assertThat(count("featherwire.camera.damaged")).isZero();
    }

    private static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private int count(String name) {
        return (int) registry.get(name).counter().count();
    }

    private static byte[] jpeg(int number) throws IOException {
        var image = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(new Color(20 * number, 100, 255 - 20 * number));
        graphics.fillRect(number, number, 30, 20);
        graphics.dispose();
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", bytes);
        return bytes.toByteArray();
    }

    /** In an APP1 segment, as cameras write it. */
    private static byte[] withThumbnail(byte[] jpeg, byte[] thumbnail) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(jpeg, 0, 2);
        bytes.write(0xFF);
        bytes.write(0xE1);
        bytes.write((thumbnail.length + 2) >> 8);
        bytes.write((thumbnail.length + 2) & 0xFF);
        bytes.write(thumbnail);
        bytes.write(jpeg, 2, jpeg.length - 2);
        return bytes.toByteArray();
    }
}
