package io.featherwire.bundler.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.bundler.BundlerException;
import io.featherwire.bundler.preprocessing.Preprocessing.Preset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreprocessingTest {

    @TempDir
    private Path directory;

    private Preprocessing read(String json, int size) throws IOException {
        Files.writeString(directory.resolve(HuggingFaceFiles.PREPROCESSOR), json);
        return HuggingFaceFiles.preprocessing(directory.resolve("model.onnx"), size)
                .orElseThrow();
    }

    @Test
    void shouldKnowPresets() {
        assertThat(Preprocessing.of(Preset.IMAGENET, 224).toInputSpec(224).resize())
                .isEqualTo("bilinear crop 256");
        assertThat(Preprocessing.of(Preset.IMAGENET, 224).mean()).containsExactly(0.485f, 0.456f, 0.406f);
        assertThat(Preprocessing.of(Preset.CLIP, 336).toInputSpec(336).resize()).isEqualTo("bicubic crop 336");
        assertThat(Preprocessing.of(Preset.INCEPTION, 299).std()).containsExactly(0.5f, 0.5f, 0.5f);
        assertThat(Preprocessing.of(Preset.NONE, 96).toInputSpec(96).resize()).isEqualTo("bilinear");
    }

    @Test
    void shouldReadAVisionTransformersFile() throws IOException {
        Preprocessing read = read(
                "{\"do_normalize\": true, \"do_rescale\": true, \"do_resize\": true, \"image_mean\": [0.5, 0.5, 0.5],"
                        + " \"image_std\": [0.5, 0.5, 0.5], \"resample\": 2, \"rescale_factor\": 0.00392156862745098,"
                        + " \"size\": {\"height\": 224, \"width\": 224}}",
                224);

        assertThat(read.toInputSpec(224).resize()).isEqualTo("bilinear");
        assertThat(read.mean().get(0)).isCloseTo(0.5f, within(1e-6f));
        assertThat(HuggingFaceFiles.inputSize(directory.resolve("model.onnx"))).hasValue(224);
    }

    @Test
    void shouldReadAClipFileFromTheDirectoryAbove() throws IOException {
        Files.createDirectory(directory.resolve("onnx"));
        Files.writeString(
                directory.resolve(HuggingFaceFiles.PREPROCESSOR),
                "{\"crop_size\": {\"height\": 224, \"width\": 224}, \"do_center_crop\": true, \"do_normalize\": true, \"do_resize\": true,"
                        + " \"image_mean\": [0.48, 0.45, 0.40], \"image_std\": [0.26, 0.27, 0.28], \"resample\": 3, \"size\": {\"shortest_edge\": 256}}");

        Preprocessing read = HuggingFaceFiles.preprocessing(
                        directory.resolve("onnx").resolve("model.onnx"), 224)
                .orElseThrow();

        assertThat(read.toInputSpec(224).resize()).isEqualTo("bicubic crop 256");
        assertThat(read.std()).containsExactly(0.26f, 0.27f, 0.28f);
    }

    @Test
    void shouldReadFlippedChannelsAndValuesThatAreNotNormalised() throws IOException {
        Preprocessing read = read(
                "{\"do_flip_channel_order\": true, \"do_center_crop\": true, \"crop_size\": {\"height\": 256, \"width\": 256},"
                        + " \"do_normalize\": false, \"size\": {\"shortest_edge\": 288}}",
                256);
        Preprocessing bytes = read("{\"do_rescale\": false, \"do_normalize\": false, \"size\": 32}", 32);

        assertThat(read.bgr()).isTrue();
        assertThat(read.mean()).containsExactly(0f, 0f, 0f);
        assertThat(read.std().get(1)).isCloseTo(1f, within(1e-6f));
        assertThat(bytes.std().get(0)).isCloseTo(1 / 255f, within(1e-8f));
    }

    @Test
    void shouldCropByTheShareInTheFile() throws IOException {
        // The files of ResNet and ConvNeXt, of either generation; large images are stretched.
        String normalised =
                ", \"do_resize\": true, \"image_mean\": [0.5, 0.5, 0.5], \"image_std\": [0.5, 0.5, 0.5], \"resample\": 3}";
        assertThat(read("{\"crop_pct\": 0.875, \"size\": 224" + normalised, 224)
                        .toInputSpec(224)
                        .resize())
                .isEqualTo("bicubic crop 256");
        assertThat(read("{\"crop_pct\": 0.875, \"size\": {\"shortest_edge\": 224}" + normalised, 224)
                        .toInputSpec(224)
                        .resize())
                .isEqualTo("bicubic crop 256");
        assertThat(read("{\"crop_pct\": 0.875, \"size\": 384" + normalised, 384)
                        .toInputSpec(384)
                        .resize())
                .isEqualTo("bicubic");
        assertThat(read("{\"crop_pct\": null, \"size\": 224" + normalised, 224)
                        .toInputSpec(224)
                        .resize())
                .isEqualTo("bicubic");
    }

    @Test
    void shouldSubtractOneAfterRescaling() throws IOException {
        // x / 127.5 - 1, an option of EfficientNet's files
        Preprocessing read = read(
                "{\"rescale_factor\": 0.00784313725490196, \"rescale_offset\": true, \"do_normalize\": false}", 32);

        assertThat(read.mean()).containsExactly(0.5f, 0.5f, 0.5f);
        assertThat(read.std()).containsExactly(0.5f, 0.5f, 0.5f);
    }

    @Test
    void shouldRefuseWhatIsNotSupported() {
        assertThatThrownBy(() -> read("{\"resample\": 0, \"size\": 224}", 224))
                .isInstanceOf(BundlerException.class)
                .hasMessageContaining("--filter");
        assertThatThrownBy(() -> read("{no json", 224)).hasMessageContaining("--preset");
        assertThatThrownBy(() -> {
                    Files.writeString(
                            directory.resolve(HuggingFaceFiles.PREPROCESSOR),
                            "{\"size\": {\"height\": 224, \"width\": 192}}");
                    HuggingFaceFiles.inputSize(directory.resolve("model.onnx"));
                })
                .hasMessageContaining("only squares");
    }

    @Test
    void shouldNameClasses() throws IOException {
        Path model = directory.resolve("model.onnx");
        assertThat(ClassNames.of(model, null, 2)).containsExactly("0", "1");

        Files.writeString(
                directory.resolve(HuggingFaceFiles.CONFIG),
                "{\"id2label\": {\"1\": \"dog\", \"0\": \"cat\", \"10\": \"x\"}}");
        assertThatThrownBy(() -> ClassNames.of(model, null, 3)).hasMessageContaining("--classes");
        Files.writeString(
                directory.resolve(HuggingFaceFiles.CONFIG),
                "{\"id2label\": {\"1\": \"crane\", \"0\": \"cat\", \"2\": \"crane\"}}");
        assertThat(ClassNames.of(model, null, 3)).containsExactly("cat", "crane", "crane (2)");
        assertThatThrownBy(() -> ClassNames.of(model, null, 4)).hasMessageContaining("4 outputs");

        Path file = Files.write(directory.resolve("names.txt"), List.of("a", "b", "", ""));
        assertThat(ClassNames.of(model, file, 2)).containsExactly("a", "b");
    }
}
