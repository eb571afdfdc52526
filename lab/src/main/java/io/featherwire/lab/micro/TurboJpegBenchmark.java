package io.featherwire.lab.micro;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.TimeUnit;
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
 * Measures the decoding of the files of {@link JpegDecodingBenchmark} with the Java binding of libjpeg-turbo. The binding is not a
 * dependency: this benchmark fails unless its jar is on the class path and its library on java.library.path (Debian:
 * libturbojpeg-java).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class TurboJpegBenchmark {

    private static final String DECOMPRESSOR = "org.libjpegturbo.turbojpeg.TJDecompressor";
    private static final int RGB = 0;

    @Param({"32", "640"})
    private int width;

    private int height;
    private byte[] file = new byte[0];
    private @Nullable MethodHandle setSourceImage;
    private @Nullable MethodHandle decompress;

    @Setup
    public void setUp() throws Throwable {
        height = width == 32 ? 32 : 480;
        file = NoiseImages.encodeFile("jpeg", width, height, 1);
        Class<?> type = Class.forName(DECOMPRESSOR);
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        Object decompressor =
                lookup.findConstructor(type, MethodType.methodType(void.class)).invoke();
        setSourceImage = lookup.findVirtual(
                        type, "setSourceImage", MethodType.methodType(void.class, byte[].class, int.class))
                .bindTo(decompressor);
        decompress = lookup.findVirtual(
                        type,
                        "decompress",
                        MethodType.methodType(
                                void.class,
                                byte[].class,
                                int.class,
                                int.class,
                                int.class,
                                int.class,
                                int.class,
                                int.class,
                                int.class))
                .bindTo(decompressor);
    }

    /** Decodes to three bytes per pixel. The decompressor is reused between files. */
    @Benchmark
    @SuppressWarnings("NullAway") // The handles are set before the first call, or the benchmark is skipped.
    public byte[] libjpegTurbo() throws Throwable {
        byte[] rgb = new byte[3 * width * height];
        setSourceImage.invokeExact(file, file.length);
        decompress.invokeExact(rgb, 0, 0, width, 3 * width, height, RGB, 0);
        return rgb;
    }
}
