package io.featherwire.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.bundle.HeadManifest;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.record.RecordLimits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which further heads the classifier loads and refuses. */
final class HeadWatcherTest {

    @TempDir
    private Path directory;

    @Test
    void shouldRefuseAHeadWhoseClassNamesDoNotFitIntoRecords() throws Exception {
        // Given: names of 2 bytes a letter, so that the limit counts bytes
        var bundle = TinyBundle.write(directory.resolve("bundle"));
        write(bundle, "longest", "é".repeat(RecordLimits.LABEL / 2));
        write(bundle, "too-long", "é".repeat(RecordLimits.LABEL / 2) + "x");
        var config = ClassifierConfig.from(ConfigSources.of(Map.of(
                "bundle", bundle.directory().toString(),
                "heads", directory.resolve("heads").toString(),
                "state.dir", directory.resolve("state").toString())));
        var registry = new SimpleMeterRegistry();

        // When
        try (var bundles = BundleWatcher.open(config, registry);
                var heads = HeadWatcher.open(config, bundles.bundleRegistry(), registry)) {
            // Then
            assertThat(heads.heads().heads())
                    .extracting(head -> head.manifest().name())
                    .containsExactly("longest");
            assertThat(registry.get("featherwire.heads.refused").counter().count())
                    .isEqualTo(1);
        }
    }

    private void write(Bundle bundle, String name, String className) throws Exception {
        var head = Files.createDirectories(directory.resolve("heads").resolve(name));
        Files.copy(bundle.file(bundle.manifest().models().head()), head.resolve(Head.MODEL));
        Head.write(
                head,
                HeadManifest.classification(
                        name,
                        bundle.fingerprint(),
                        bundle.manifest().featureShape(),
                        List.of(className, "fresh", "cold"),
                        Head.MODEL,
                        Map.of()));
    }
}
