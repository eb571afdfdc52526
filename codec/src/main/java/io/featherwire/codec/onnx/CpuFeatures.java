package io.featherwire.codec.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Detects by the CPU's integer instructions whether products of int8 values are exact. */
final class CpuFeatures {

    private static final Set<String> X86 = Set.of("amd64", "x86_64");
    private static final Set<String> VNNI = Set.of("avx512_vnni", "avx_vnni");

    private CpuFeatures() {}

    /**
     * Returns whether fast products of unsigned and signed bytes may saturate at 16 bits, so that an int8 graph would
     * silently be wrong: on x86 without VNNI, or if the CPU's features cannot be read.
     */
    static boolean saturates() {
        return saturates(System.getProperty("os.arch"), Path.of("/proc/cpuinfo"));
    }

    static boolean saturates(String architecture, Path cpuinfo) {
        if (!X86.contains(architecture.toLowerCase(Locale.ROOT))) {
            return false;
        }
        try {
            return Files.readAllLines(cpuinfo).stream()
                    .filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(line -> List.of(line.split("\\s+")).stream().noneMatch(VNNI::contains))
                    .orElse(true);
        } catch (IOException e) {
            return true;
        }
    }
}
