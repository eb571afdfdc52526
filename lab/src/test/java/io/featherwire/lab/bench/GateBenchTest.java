package io.featherwire.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.producer.EdgeGate;
import io.featherwire.runtime.GateSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.awt.Color;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateBenchTest {

    @TempDir
    private Path directory;

    @Test
    void shouldSaveFramesOfAStillSceneWithEqualPredictions() throws Exception {
        // Given: a red scene, then a green one
        Bundle bundle = TinyBundle.write(directory);
        List<EncodedImage> frames =
                new ArrayList<>(Collections.nCopies(150, TinyBundle.file(ImageEncoding.JPEG, 64, 48, Color.RED)));
        frames.addAll(Collections.nCopies(50, TinyBundle.file(ImageEncoding.JPEG, 64, 48, Color.GREEN)));
        try (var compressor = FeatureCompressor.open(bundle, Device.CPU, FeatureCompressor.Options.DEFAULT);
                var classifier = classifier(bundle)) {
            var bench = new GateBench(compressor, classifier, frames);
            // When
            GateBench.Result without = bench.withoutGate();
            GateBench.Result with = gated(bench, bundle, 4);
            // Then
            assertThat(without.repeats()).isZero();
            assertThat(with.repeats()).isGreaterThan(150);
            assertThat(with.predictions()).isEqualTo(without.predictions());
            assertThat(with.closedAt()).isEqualTo(-1);
            assertThat(with.nanos()).isPositive();
            assertThat(with.low()).isLessThan(with.estimated());
        }
    }

    private static GateBench.Result gated(GateBench bench, Bundle bundle, double levels) throws Exception {
        var meters = new SimpleMeterRegistry();
        try (var gate = new EdgeGate(new GateSettings(levels, 0.02, 0.99, 250), classifier(bundle), meters)) {
            return bench.withGate(gate, meters);
        }
    }

    private static PayloadClassifier classifier(Bundle bundle) throws Exception {
        return PayloadClassifier.open(bundle, Device.CPU, PayloadClassifier.Options.DEFAULT);
    }
}
