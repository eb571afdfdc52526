package io.featherwire.producer.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

class JpegStreamTest {

    private static final int MOST = 1 << 20;
    private static final int FRAMINGS = 3;
    private static final List<byte[]> PICTURES = pictures();

    /** @param framing 0 for pictures alone, 1 for pictures filled up with zeros, 2 for parts of a multipart stream */
    private record Case(List<byte[]> good, int at, byte[] damaged, int framing) {

        byte[] stream() {
            var out = new ByteArrayOutputStream();
            for (int i = 0; i <= good.size(); i++) {
                if (framing == 2) {
                    out.writeBytes("--b\r\nContent-Type: image/jpeg\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                if (i == at) {
                    out.writeBytes(damaged);
                } else {
                    out.writeBytes(good.get(i < at ? i : i - 1));
                }
                if (framing == 1) {
                    out.writeBytes(new byte[1 + i % 7]);
                }
                if (framing == 2) {
                    out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
            return out.toByteArray();
        }
    }

    @Property(tries = 3000, shrinking = ShrinkingMode.OFF)
    void shouldLoseAtMostTheDamagedPicture(@ForAll("cases") Case one) throws IOException {
        var damaged = new AtomicInteger();

        List<byte[]> pictures = new ArrayList<>();
        var stream = new JpegStream(new ByteArrayInputStream(one.stream()), MOST, damaged::incrementAndGet, () -> {});
        for (byte[] picture = stream.next(); picture != null; picture = stream.next()) {
            pictures.add(picture);
        }

        int matched = 0;
        for (byte[] picture : pictures) {
            if (matched < one.good().size() && Arrays.equals(picture, one.good().get(matched))) {
                matched++;
            }
        }
        assertThat(matched).isEqualTo(one.good().size());
        assertThat(pictures.size() - matched).isLessThanOrEqualTo(1);
        assertThat(pictures.size() - matched + damaged.get()).isPositive();
    }

    @Test
    void shouldReturnTheCompletePicturesOfAConnectionThatBreaks() throws IOException {
        // Given: a segment whose length reaches beyond the two pictures after it
        byte[] damaged = PICTURES.get(0).clone();
        damaged[4] = (byte) 0xFF;
        var received = new ByteArrayOutputStream();
        received.writeBytes(damaged);
        received.writeBytes(PICTURES.get(1));
        received.writeBytes(PICTURES.get(0));
        var broken = new InputStream() {
            private int failures;

            @Override
            public int read() throws IOException {
                failures++;
                throw new IOException("cut " + failures);
            }
        };
        var counted = new AtomicInteger();
        var stream = new JpegStream(
                new SequenceInputStream(new ByteArrayInputStream(received.toByteArray()), broken),
                MOST,
                counted::incrementAndGet,
                () -> {});

        // Then
        assertThat(stream.next()).isEqualTo(PICTURES.get(1));
        assertThat(stream.next()).isEqualTo(PICTURES.get(0));
        assertThat(counted).hasValue(1);
        assertThatThrownBy(stream::next).isInstanceOf(IOException.class).hasMessage("cut 1");
    }

    @Provide
    Arbitrary<Case> cases() {
        return Arbitraries.randomValue(random -> {
            List<byte[]> good = new ArrayList<>();
            int count = 1 + random.nextInt(6);
            for (int i = 0; i < count; i++) {
                good.add(PICTURES.get(random.nextInt(PICTURES.size())));
            }
            byte[] damaged = damage(PICTURES.get(random.nextInt(PICTURES.size())), random);
            return new Case(good, random.nextInt(count + 1), damaged, random.nextInt(FRAMINGS));
        });
    }

    /** The start of the picture is left alone; without it nothing shows that there was a picture. */
    private static byte[] damage(byte[] picture, Random random) {
        int header = indexOf(picture, 0xDA, 3);
        int at = 3 + random.nextInt(picture.length - 3);
        byte[] damaged = picture.clone();
        switch (random.nextInt(6)) {
            case 0 -> {
                return Arrays.copyOf(picture, at);
            }
            case 1 -> {
                return Arrays.copyOf(picture, 3 + random.nextInt(header - 3));
            }
            case 2 -> {
                int removed = 1 + random.nextInt(Math.min(200, picture.length - at));
                byte[] shorter = Arrays.copyOf(picture, picture.length - removed);
                System.arraycopy(picture, at + removed, shorter, at, picture.length - at - removed);
                return shorter;
            }
            case 3 -> {
                List<Integer> lengths = lengths(picture);
                int length = lengths.get(random.nextInt(lengths.size()));
                damaged[length + (random.nextBoolean() ? 0 : 1)] ^= (byte) (1 + random.nextInt(255));
            }
            case 4 -> {
                for (int i = 0; i < 3; i++) {
                    damaged[3 + random.nextInt(header - 3)] ^= (byte) (1 + random.nextInt(255));
                }
            }
            default -> {
                // A marker of tables with a long segment
                at = Math.min(at, picture.length - 4);
                System.arraycopy(
                        new byte[] {(byte) 0xFF, (byte) 0xC4, (byte) random.nextInt(), (byte) random.nextInt()},
                        0,
                        damaged,
                        at,
                        4);
            }
        }
        return damaged;
    }

    /** Indices of the lengths of the segments up to the first scan. */
    private static List<Integer> lengths(byte[] picture) {
        List<Integer> lengths = new ArrayList<>();
        for (int at = 2; (picture[at + 1] & 0xFF) != 0xDA; ) {
            lengths.add(at + 2);
            at += 2 + (picture[at + 2] & 0xFF) * 256 + (picture[at + 3] & 0xFF);
        }
        return lengths;
    }

    private static int indexOf(byte[] picture, int marker, int from) {
        for (int i = from; ; i++) {
            if ((picture[i] & 0xFF) == 0xFF && (picture[i + 1] & 0xFF) == marker) {
                return i;
            }
        }
    }

    private static List<byte[]> pictures() {
        byte[] small = jpeg(16, 0.5f, false);
        return List.of(
                small,
                jpeg(40, 0.9f, false),
                jpeg(120, 0.95f, true),
                withThumbnail(jpeg(64, 0.7f, false), small, 0),
                withThumbnail(jpeg(64, 0.7f, true), small, 30));
    }

    private static byte[] jpeg(int side, float quality, boolean progressive) {
        var random = new Random(side);
        var image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < side * side; i++) {
            image.setRGB(i % side, i / side, random.nextInt(1 << 24));
        }
        var bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam settings = writer.getDefaultWriteParam();
        settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        settings.setCompressionQuality(quality);
        settings.setProgressiveMode(progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), settings);
        } catch (IOException e) {
            throw new AssertionError(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** In an APP1 segment, as cameras write it. */
    private static byte[] withThumbnail(byte[] jpeg, byte[] thumbnail, int after) {
        int length = 2 + 10 + thumbnail.length + after;
        var bytes = new ByteArrayOutputStream();
        bytes.write(jpeg, 0, 2);
        bytes.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xE1, (byte) (length >> 8), (byte) length});
        bytes.writeBytes(new byte[10]);
        bytes.writeBytes(thumbnail);
        bytes.writeBytes(new byte[after]);
        bytes.write(jpeg, 2, jpeg.length - 2);
        return bytes.toByteArray();
    }
}
