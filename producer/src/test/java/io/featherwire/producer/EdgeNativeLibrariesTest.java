package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.JDBC;

/** The jars of the edge app contain the native code for 64-bit ARM, which devices often have. */
class EdgeNativeLibrariesTest {

    private static final int MACHINE = 18;
    private static final int AARCH64 = 0xB7;

    @ParameterizedTest
    @ValueSource(classes = {OrtEnvironment.class, Zstd.class, JDBC.class})
    void shouldHaveNativeCodeForArm(Class<?> user) throws IOException, URISyntaxException {
        // Given
        Path jar =
                Path.of(user.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (JarFile file = new JarFile(jar.toFile())) {
            // When
            List<JarEntry> natives = file.stream()
                    .filter(entry -> entry.getName().matches("(?i).*linux[/-]aarch64/.*\\.so"))
                    .toList();

            // Then
            assertThat(natives).as(jar.toString()).isNotEmpty();
            for (JarEntry entry : natives) {
                try (InputStream in = file.getInputStream(entry)) {
                    byte[] header = in.readNBytes(MACHINE + 1);
                    assertThat(header).as(entry.getName()).startsWith(0x7F, 'E', 'L', 'F');
                    assertThat(header[MACHINE] & 0xFF).as(entry.getName()).isEqualTo(AARCH64);
                }
            }
        }
    }
}
