package io.featherwire.lab.micro;

import io.featherwire.codec.payload.CodeFormat;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.Quantiser;
import io.featherwire.codec.payload.Quantisers;
import io.featherwire.codec.payload.TensorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
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

/** Measures the encoding of codes to payloads and the decoding of payloads, in microseconds per code. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class PayloadBenchmark {

    private static final int CODES = 64;

    @Param({"128x5x5", "128x1x1", "64x1x1"})
    private String shape = "";

    @Param({"F32", "U8", "PACKED", "ENTROPY"})
    private PayloadMode mode = PayloadMode.ENTROPY;

    private final List<float[]> codes = new ArrayList<>();
    private final List<byte[]> payloads = new ArrayList<>();
    private PayloadCodec codec = PayloadCodec.of(
            new CodeFormat(new TensorShape(1, 1, 1), new Quantisers(Quantiser.uniform(1, 1), null), null));
    private int next;

    /**
     * Makes codes whose symbols are 0 with a probability of about 2/3. Each channel is correlated with the previous
     * channel.
     */
    @Setup
    public void setUp() {
        String[] sides = shape.split("x");
        TensorShape code =
                new TensorShape(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]), Integer.parseInt(sides[2]));
        Random random = new Random(1);
        Quantisers quantisers =
                new Quantisers(Quantiser.uniform(code.channels(), 0.05f), Quantiser.uniform(code.channels(), 1));
        CodeQuantiser plain = CodeQuantiser.of(new CodeFormat(code, quantisers, null));
        List<int[]> symbols = new ArrayList<>();
        for (int n = 0; n < 2000; n++) {
            float[] values = new float[code.values()];
            for (int i = 0; i < values.length; i++) {
                float before = i < code.plane() ? 0 : values[i - code.plane()];
                values[i] = 0.6f * before + 0.4f * (float) random.nextGaussian();
            }
            symbols.add(plain.quantise(values));
            codes.add(values);
        }
        codec = PayloadCodec.of(new CodeFormat(code, quantisers, EntropyTables.train(symbols, code)));
        codes.subList(CODES, codes.size()).clear();
        for (float[] values : codes) {
            payloads.add(codec.encode(values, mode));
        }
        System.out.printf(
                Locale.ROOT,
                "%n%s %s: %.1f bytes a payload%n",
                shape,
                mode,
                payloads.stream().mapToInt(payload -> payload.length).average().orElse(0));
    }

    @Benchmark
    public byte[] encode() {
        next = (next + 1) % CODES;
        return codec.encode(codes.get(next), mode);
    }

    @Benchmark
    public float[] decode() throws PayloadException {
        next = (next + 1) % CODES;
        return codec.decode(payloads.get(next));
    }
}
