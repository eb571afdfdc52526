package io.featherwire.runtime;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The settings of ONNX Runtime on a CUDA GPU. Another setting, the device, selects the GPU.
 *
 * @param memoryLimit the maximum GPU memory for tensors; empty for all memory
 * @param tf32 whether matrix products use TF32, which is faster and has 10 bits of mantissa
 * @param search how cuDNN finds the algorithm of each convolution
 */
public record CudaSettings(Optional<DataSize> memoryLimit, boolean tf32, Search search) {

    /** How cuDNN finds the algorithm of a convolution, at the first run of each shape. */
    public enum Search {
        /** Tries all algorithms: the slowest start, the fastest runs. */
        EXHAUSTIVE,
        /** Uses cuDNN's estimate. */
        HEURISTIC,
        /** Uses the default algorithm. */
        DEFAULT
    }

    private static final Settings GROUP = new Settings();

    private static final Setting<DataSize> MEMORY_LIMIT = GROUP.add(Setting.size(
                    "cuda.memory.limit",
                    "Maximum GPU memory for tensors. By default tensors may use the whole GPU memory.",
                    DataSize.ofMebibytes(64),
                    DataSize.ofMebibytes(1 << 20))
            .optional());
    private static final Setting<Boolean> TF32 = GROUP.add(Setting.flag(
                    "cuda.tf32",
                    "Whether GPUs that support TF32 compute matrix products in TF32. TF32 is faster "
                            + "than FP32 and has a mantissa of 10 bits instead of 23.")
            .withDefault("true"));
    private static final Setting<Search> SEARCH = GROUP.add(Setting.choice(
                    "cuda.conv.search",
                    "How cuDNN finds the algorithm for each convolution. With exhaustive, the program "
                            + "starts slowest, and the network runs fastest.",
                    Search.class)
            .withDefault("exhaustive"));

    /** All settings of this class. */
    public static final List<Setting<?>> SETTINGS = GROUP.list();

    public CudaSettings {
        requireNonNull(memoryLimit, "memoryLimit");
        requireNonNull(search, "search");
    }

    /** Reads the settings. */
    public static CudaSettings from(SettingValues values) {
        return new CudaSettings(values.find(MEMORY_LIMIT), values.get(TF32), values.get(SEARCH));
    }

    /** The options, under the names that ONNX Runtime's CUDA execution provider uses. */
    public Map<String, String> providerOptions() {
        Map<String, String> options = new TreeMap<>();
        memoryLimit.ifPresent(limit -> options.put("gpu_mem_limit", Long.toString(limit.bytes())));
        options.put("use_tf32", tf32 ? "1" : "0");
        options.put("cudnn_conv_algo_search", search.name());
        return options;
    }
}
