package io.featherwire.codec.onnx;

import java.util.Map;

/**
 * The options of a session.
 *
 * @param intraOpThreads the number of threads of one run, including the calling thread; 0 means one per core
 * @param spinning whether idle threads spin for a while between runs: faster for runs in close succession, wasteful
 *      beside other work
 * @param cuda the options of the CUDA provider by the provider's names, such as {@code gpu_mem_limit}, {@code
 *      use_tf32}, {@code cudnn_conv_algo_search}; ignored on the CPU
 */
public record OnnxOptions(int intraOpThreads, boolean spinning, Map<String, String> cuda) {

    /** One thread per core, no spinning. */
    public static final OnnxOptions DEFAULT = new OnnxOptions(0, false, Map.of());

    public OnnxOptions {
        if (intraOpThreads < 0 || intraOpThreads > 1024) {
            throw new IllegalArgumentException(
                    "the number of intra-op threads is " + intraOpThreads + ", must be in 0..1024");
        }
        cuda = Map.copyOf(cuda);
    }

    public static OnnxOptions threads(int intraOpThreads) {
        return new OnnxOptions(intraOpThreads, false, Map.of());
    }

    int effectiveThreads() {
        return intraOpThreads == 0 ? Runtime.getRuntime().availableProcessors() : intraOpThreads;
    }
}
