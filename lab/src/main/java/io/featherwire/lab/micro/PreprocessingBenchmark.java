package io.featherwire.lab.micro;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.image.ImagePreprocessor;
import io.featherwire.codec.image.InputSpec;
import io.featherwire.codec.image.RgbImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

/** Measures the conversion of pixels to the network's input, in microseconds per image. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class PreprocessingBenchmark {

    /** Image width and height, then the network's input size. */
    @Param({"32x32-32", "32x32-96", "32x32-224", "640x480-96", "640x480-224"})
    private String sizes = "32x32-96";

    private RgbImage image = new RgbImage(1, 1, new byte[3]);
    private ImagePreprocessor preprocessor = preprocessor(1);
    private FloatBuffer batch = FloatBuffer.allocate(0);
    private int values;

    private static ImagePreprocessor preprocessor(int size) {
        return new ImagePreprocessor(InputSpec.bilinear(size, List.of(0.5f, 0.5f, 0.5f), List.of(0.2f, 0.2f, 0.2f)));
    }

    @Setup
    public void setUp() throws ImageException {
        String[] parts = sizes.split("[x-]");
        int size = Integer.parseInt(parts[2]);
        byte[] file = NoiseImages.encodeFile("jpeg", Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), 1);
        image = new ImageDecoder(ImageLimits.DEFAULT).decode(EncodedImage.sniff(file));
        preprocessor = preprocessor(size);
        values = 3 * size * size;
        batch = ByteBuffer.allocateDirect(8 * values * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    @Benchmark
    public FloatBuffer slot() {
        preprocessor.preprocess(image, batch, 5 * values);
        return batch;
    }
}
