package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.featherwire.runtime.config.ConfigSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The memory of a device whose bundles of lower quality have a real network. */
class QualityLevelsMemoryTest {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path BUNDLE = Path.of("..", "models", "cifar10-vgg16-half-96");
    private static final int IMAGES = 32;
    private static final int MOST_MEBIBYTES = 50;

    @Test
    void shouldNeedLittleMemoryForABundleOfLowerQuality() throws Exception {
        // Given
        assumeThat(STATUS).isReadable();
        var step = new AtomicInteger();
        EdgeConfig config = EdgeConfig.from(
                ConfigSources.of(Map.of("bundle", BUNDLE.toString())).read(EdgeConfig.settings()));
        List<float[]> images =
                IntStream.range(0, IMAGES).mapToObj(i -> new float[3 * 96 * 96]).toList();
        try (QualityLevels levels = config.open(1 << 20, List.of(BUNDLE))) {
            levels.setStepSource(step::get);
            compress(levels, images);
            long before = residentMebibytes();
            // When
            step.set(1);
            compress(levels, images);
            // Then: 32 images in one run take more than 90 MiB
            assertThat(residentMebibytes() - before).isLessThan(MOST_MEBIBYTES);
        }
    }

    private static void compress(QualityLevels levels, List<float[]> images) {
        assertThat(levels.compress(levels.nextStep(), images, Collections.nCopies(images.size(), "gate")))
                .hasSize(images.size());
    }

    private static long residentMebibytes() throws IOException {
        return Files.readAllLines(STATUS).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                / 1024;
    }
}
