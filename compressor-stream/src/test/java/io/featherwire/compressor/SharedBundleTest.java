package io.featherwire.compressor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.HeadClassifier;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.codec.testing.TinyHead;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.schemas.audit.HeadResults;
import io.featherwire.schemas.audit.UncompressedResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose prediction symbols are chosen for: nobody's, where several heads share the payloads. */
final class SharedBundleTest {

    @TempDir
    private Path directory;

    @Test
    void shouldUseRdoqOnlyWithoutFurtherHeads() throws Exception {
        // Given
        Bundle bundle = TinyBundle.write(directory.resolve("bundle"));
        Bundle other = TinyBundle.write(directory.resolve("other"), "another");
        Path heads = Files.createDirectories(directory.resolve("heads"));

        // Then: with no head, and with one of another bundle beside something that is no head
        assertThat(searches(bundle, heads)).isTrue();
        TinyHead.write(heads.resolve("theirs"), other, "theirs");
        Files.createDirectories(heads.resolve("empty"));
        Files.createFile(heads.resolve("notes.txt"));
        assertThat(searches(bundle, heads)).isTrue();

        // When
        TinyHead.write(heads.resolve("warmth"), bundle, "warmth");

        // Then
        assertThat(searches(bundle, heads)).isFalse();
        assertThatThrownBy(() -> searches(bundle, directory.resolve("nowhere")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void shouldAuditFurtherHeads() throws Exception {
        // Given
        Bundle bundle = TinyBundle.write(directory.resolve("bundle"));
        Head head = TinyHead.write(directory.resolve("warmth"), bundle, "warmth");
        float[] feature = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1};

        // When
        AuditResult result;
        try (var own = PayloadClassifier.open(bundle, Device.CPU, PayloadClassifier.Options.DEFAULT);
                var audit = ShadowAudit.of(
                        1, List.of(HeadClassifier.open(head, bundle, Device.CPU, 1, OnnxOptions.DEFAULT)))) {
            List<float[]> features = List.of(feature);
            result = audit.auditResults(own.classifyFeatures(features), features, List.of(99))
                    .get(0);
        }
        var headers = new RecordHeaders();
        result.addTo(headers);

        // Then
        assertThat(UncompressedResult.from(headers).orElseThrow().classIndex()).isEqualTo(2);
        assertThat(HeadResults.from(headers).of(head.fingerprint().hex())).hasValue(2);
        assertThat(HeadResults.from(headers).of(bundle.fingerprint().hex())).isEmpty();
        headers.add(HeadResults.HEADER, new byte[] {1, 2, 3});
        assertThat(HeadResults.from(headers)).isEqualTo(HeadResults.NONE);
    }

    private static boolean searches(Bundle bundle, Path heads) {
        var config = CompressorConfig.from(ConfigSources.of(
                Map.of("bundle", bundle.directory().toString(), "heads", heads.toString(), "device", "cpu")));
        try (var compressor = CompressorApp.open(config)) {
            return compressor.setup().search().isPresent();
        }
    }
}
