package io.featherwire.codec.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Decodes mutated files: the result is pixels or the codec's own exception, in bounded time and memory. */
class MutatedFilesTest {

    private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final List<String> FILES = List.of(
            "rgb.jpg",
            "progressive.jpg",
            "gray.jpg",
            "cmyk.jpg",
            "ycck.jpg",
            "rgb.png",
            "rgb16.png",
            "palette.png",
            "animated.png",
            "bilevel.png");
    private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1 << 20, 16 << 20, 50, Duration.ofSeconds(2));

    private final ImageDecoder decoder = new ImageDecoder(LIMITS, true);

    @Property(tries = 3000, shrinking = ShrinkingMode.OFF)
    void shouldReturnOrRefuseWithinTimeAndMemory(@ForAll("mutated") byte[] file) {
        long bytes = THREAD.getCurrentThreadAllocatedBytes();
        long time = THREAD.getCurrentThreadCpuTime();
        for (ImageEncoding encoding : ImageEncoding.values()) {
            try {
                RgbImage image = decoder.decode(new EncodedImage(encoding, 32, 32, file));
                assertThat(image.rgb()).hasSize(3 * image.width() * image.height());
            } catch (ImageException e) {
                assertThat(e.reason()).isNotNull();
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(THREAD.getCurrentThreadAllocatedBytes() - bytes).isLessThan(64 << 20);
        assertThat((THREAD.getCurrentThreadCpuTime() - time) / 1_000_000).isLessThan(4_000);
    }

    @Provide
    Arbitrary<byte[]> mutated() {
        return Arbitraries.randomValue(MutatedFilesTest::mutate);
    }

    private static byte[] mutate(Random random) {
        byte[] file = TestPictures.bytes(FILES.get(random.nextInt(FILES.size())));
        for (int n = random.nextInt(4); n >= 0; n--) {
            file = mutate(file, random);
        }
        return file[0] == -1 || random.nextBoolean() ? file : withRightChecksums(file);
    }

    private static byte[] mutate(byte[] file, Random random) {
        int at = random.nextInt(file.length);
        int length = Math.min(file.length - at, 1 + random.nextInt(40));
        byte[] part = Arrays.copyOfRange(file, at, at + length);
        switch (random.nextInt(6)) {
            case 0 -> {
                byte[] changed = file.clone();
                changed[at] = (byte) random.nextInt();
                return changed;
            }
            case 1 -> {
                // Headers are a small part of the bytes, and most faults are in them.
                byte[] changed = file.clone();
                changed[random.nextInt(Math.min(file.length, 200))] = (byte) random.nextInt();
                return changed;
            }
            case 2 -> {
                return UnusualImageFiles.insert(file, at, part);
            }
            case 3 -> {
                return UnusualImageFiles.insert(file, random.nextInt(file.length), part);
            }
            case 4 -> {
                return file.length - length < 1
                        ? file
                        : UnusualImageFiles.join(
                                Arrays.copyOf(file, at), Arrays.copyOfRange(file, at + length, file.length));
            }
            default -> {
                byte[] marker = {-1, (byte) (0xC0 + random.nextInt(64)), 0, (byte) random.nextInt(20)};
                return UnusualImageFiles.insert(file, at, marker);
            }
        }
    }

    /** Repairs the checksums, so that the faults behind them are found, too. */
    private static byte[] withRightChecksums(byte[] png) {
        ByteBuffer file = ByteBuffer.wrap(png.clone());
        CRC32 crc = new CRC32();
        int at = 8;
        while (at >= 8 && at <= png.length - 12) {
            int length = file.getInt(at);
            if (length < 0 || length > png.length - at - 12) {
                break;
            }
            crc.reset();
            crc.update(file.array(), at + 4, length + 4);
            file.putInt(at + 8 + length, (int) crc.getValue());
            at += 12 + length;
        }
        return file.array();
    }
}
