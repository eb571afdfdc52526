package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.codec.testing.TinyHead;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices, too, disable prediction-preserving quantisation if several heads share the payloads. */
class SharedBundleTest {
    @TempDir
    private Path directory;

    @Test
    void shouldDisableRdoqIfFurtherHeadsShareTheBundle() throws Exception {
        // Given
        Bundle bundle = TinyBundle.write(directory.resolve("bundle"));
        Bundle other = TinyBundle.write(directory.resolve("other"), "other");
        Path heads = Files.createDirectories(directory.resolve("heads"));
        TinyHead.write(heads.resolve("theirs"), other, "theirs");
        Map<String, String> settings = Map.of("heads", heads.toString());

        // When / Then a head of another bundle changes nothing
        assertThat(remarks(settings)).containsExactly("payload.rdoq was on");
        TinyHead.write(heads.resolve("warmth"), bundle, "warmth");
        assertThat(remarks(settings)).containsExactly("payload.rdoq was off");
        assertThat(remarks(Map.of())).containsExactly("payload.rdoq was on");
        assertThat(remarks(Map.of("payload.rdoq", "false"))).containsExactly("payload.rdoq was off");
    }

    /** The remarks of devices and publishers on RDOQ. */
    private List<String> remarks(Map<String, String> more) {
        var settings = new HashMap<>(more);
        settings.put("bundle", directory.resolve("bundle").toString());
        EdgeConfig config = EdgeConfig.from(ConfigSources.of(settings).read(EdgeConfig.settings()));
        try (var payloads = new PayloadPublisher(
                config.open(1 << 20),
                config,
                "images",
                AvroSerde.of(ImageFrame.class),
                AvroSerde.of(CompactFeature.class),
                null)) {
            return payloads.remarks();
        }
    }
}
