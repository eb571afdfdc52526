package io.featherwire.lab.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.cli.cds.TrivialBundle;
import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.onnx.Device;
import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TrivialImages;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrivialBundleTest {

    @TempDir
    private Path directory;

    @Test
    void shouldClassifyItsImagesFromPayloads() throws Exception {
        // Given
        Bundle bundle = Bundle.load(TrivialBundle.write(directory));
        try (FeatureCompressor compressor =
                        FeatureCompressor.open(bundle, Device.CPU, FeatureCompressor.Options.DEFAULT);
                PayloadClassifier classifier =
                        PayloadClassifier.open(bundle, Device.CPU, PayloadClassifier.Options.DEFAULT)) {
            for (int n = 0; n < 30; n++) {
                // When
                FrameSender.Image image = TrivialImages.image(n);
                byte[] payload = compressor
                        .compress(List.of(compressor.prepare(
                                new EncodedImage(ImageEncoding.RGB8, image.width(), image.height(), image.bytes()))))
                        .payloads()
                        .get(0);
                int predicted = classifier
                        .classify(List.of(classifier.decode(payload)))
                        .get(0)
                        .classIndex();

                // Then
                assertThat(bundle.manifest().classes().get(predicted)).isEqualTo(image.label());
            }
        }
    }
}
