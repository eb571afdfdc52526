package io.featherwire.codec.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuFeaturesTest {

    @TempDir
    Path directory;

    private Path cpuinfo(String flags) throws IOException {
        return Files.writeString(
                directory.resolve("cpuinfo"),
                "processor\t: 0\nmodel name\t: any\nflags\t\t: " + flags + "\nbugs\t\t:\n");
    }

    @Test
    void shouldTrustX86WithVnniOnly() throws IOException {
        assertThat(CpuFeatures.saturates("amd64", cpuinfo("fpu sse4_1 avx2 avx512f avx512_vnni")))
                .isFalse();
        assertThat(CpuFeatures.saturates("x86_64", cpuinfo("fpu avx_vnni"))).isFalse();
        assertThat(CpuFeatures.saturates("amd64", cpuinfo("fpu sse4_1 avx2 avx512f")))
                .isTrue();
    }

    @Test
    void shouldAssumeSaturationIfTheCpuIsUnknown() throws IOException {
        assertThat(CpuFeatures.saturates("amd64", directory.resolve("none"))).isTrue();
        assertThat(CpuFeatures.saturates("amd64", Files.writeString(directory.resolve("x"), "processor: 0\n")))
                .isTrue();
    }

    @Test
    void shouldNotConcernOtherArchitectures() throws IOException {
        assertThat(CpuFeatures.saturates("aarch64", cpuinfo("fp asimd"))).isFalse();
    }
}
