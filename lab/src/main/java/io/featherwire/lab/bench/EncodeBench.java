package io.featherwire.lab.bench;

import io.featherwire.codec.FisherDirections;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.payload.CodeFormat;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.SymbolCodec;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures the encoding of codes to payloads and the decoding of payloads, on one thread, without the network. Not
 * thread-safe.
 */
final class EncodeBench implements AutoCloseable {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final CodeQuantiser quantiser;
    private final SymbolCodec symbols;
    private final PayloadCodec payloads;
    private final @Nullable FisherDirections fisher;
    private final int batch;

    private EncodeBench(Bundle bundle, @Nullable FisherDirections fisher, int batch) {
        CodeFormat format = bundle.codeFormat();
        this.quantiser = CodeQuantiser.of(format);
        this.symbols = SymbolCodec.of(format);
        this.payloads = PayloadCodec.of(format);
        this.fisher = fisher;
        this.batch = batch;
    }

    /**
     * Opens the bundle's graphs.
     *
     * @param batch number of images in one run of the Fisher graph
     */
    static EncodeBench open(Bundle bundle, int batch) throws BundleException {
        return new EncodeBench(
                bundle,
                FisherDirections.open(bundle, Device.CPU, batch, OnnxOptions.threads(1))
                        .orElse(null),
                batch);
    }

    /**
     * CPU times per image, in µs, and the mean payload size.
     *
     * @param fisher time of the Fisher graph; 0 if the bundle has none
     * @param symbols time of the choice of symbols and the entropy coder
     * @param decode time from payload to code
     * @param bytes mean payload size
     */
    record Cost(double fisher, double symbols, double decode, double bytes) {}

    /**
     * Encodes and decodes all images once.
     *
     * @param codes unquantised codes
     * @param features features of the same images
     */
    Cost runRound(List<float[]> codes, List<float[]> features) throws PayloadException {
        long start = THREADS.getCurrentThreadCpuTime();
        List<float[]> directions = new ArrayList<>(codes.size());
        for (int from = 0; fisher != null && from < codes.size(); from += batch) {
            int to = Math.min(codes.size(), from + batch);
            directions.addAll(fisher.compute(codes.subList(from, to), features.subList(from, to)));
        }
        long asked = THREADS.getCurrentThreadCpuTime();
        byte[][] coded = new byte[codes.size()][];
        for (int i = 0; i < coded.length; i++) {
            float[] code = codes.get(i);
            int[] chosen =
                    directions.isEmpty() ? quantiser.quantise(code) : quantiser.quantise(code, directions.get(i));
            coded[i] = symbols.encode(code, chosen, PayloadMode.ENTROPY);
        }
        long encoded = THREADS.getCurrentThreadCpuTime();
        for (byte[] payload : coded) {
            payloads.decode(payload);
        }
        long decoded = THREADS.getCurrentThreadCpuTime();
        double each = 1e3 * coded.length;
        return new Cost(
                (asked - start) / each,
                (encoded - asked) / each,
                (decoded - encoded) / each,
                Arrays.stream(coded)
                        .mapToInt(payload -> payload.length)
                        .average()
                        .orElse(0));
    }

    @Override
    public void close() {
        if (fisher != null) {
            fisher.close();
        }
    }
}
