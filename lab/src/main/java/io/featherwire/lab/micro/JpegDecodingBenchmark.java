package io.featherwire.lab.micro;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures the decoding of a JPEG file to pixels, in microseconds per file, with the codec's decoder and two others.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class JpegDecodingBenchmark {

    @Param({"32", "640"})
    private int width;

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    private byte[] file = new byte[0];
    private @Nullable ImageReader twelveMonkeys;

    @Setup
    public void setUp() throws IOException {
        ImageIO.setUseCache(false);
        file = NoiseImages.encodeFile("jpeg", width, width == 32 ? 32 : 480, 1);
        ImageReaderSpi spi = IIORegistry.getDefaultInstance().getServiceProviderByClass(JPEGImageReaderSpi.class);
        twelveMonkeys = spi.createReaderInstance();
        System.out.printf(Locale.ROOT, "%n%d: %d bytes%n", width, file.length);
    }

    @Benchmark
    public RgbImage featherwire() throws ImageException {
        return decoder.decode(EncodedImage.sniff(file));
    }

    /**
     * Decodes with ImageIO.read, which uses the first plug-in that accepts the file: here the JPEG plug-in of
     * TwelveMonkeys.
     */
    @Benchmark
    public int imageIoRead() throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
        int[] argb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        return argb[argb.length - 1];
    }

    /** Decodes with TwelveMonkeys' JPEG reader, which is reused between files. */
    @Benchmark
    public int twelveMonkeysReused() throws IOException {
        ImageReader reader = Objects.requireNonNull(twelveMonkeys);
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in, true, true);
            BufferedImage image = reader.read(0);
            int[] argb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
            return argb[argb.length - 1];
        }
    }
}
