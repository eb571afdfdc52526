package io.featherwire.codec;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.testing.TinyBundle;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BatchRunnerTest {

    private static final int IMAGE = 3 * 224 * 224;

    @TempDir
    private Path directory;

    @Test
    void shouldSayTheLargestBatchThatFitsIntoABuffer() throws Exception {
        var bundle = TinyBundle.write(directory);
        try (var model =
                OnnxModel.open(bundle.file(bundle.manifest().models().head()), Device.CPU, OnnxOptions.DEFAULT)) {
            // 3,566 images of 602,112 bytes are the most below 2^31 bytes
            assertThatCode(() -> new BatchRunner(model, 3566, IMAGE)).doesNotThrowAnyException();
            assertThatThrownBy(() -> new BatchRunner(model, 4096, IMAGE))
                    .isInstanceOf(BundleException.class)
                    .hasMessageContaining("batch size: 4096, must be at most 3566")
                    .hasMessageContaining("set batch.size to at most 3566");
        }
    }
}
