package io.featherwire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.bundler.report.BundleReport;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.onnx.GraphProbe;
import io.featherwire.codec.onnx.GraphProbe.Tensor;
import io.featherwire.datasets.Datasets;
import io.featherwire.datasets.Split;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ONNX model of the repository becomes a bundle by the commands of the documentation, with no download. */
class ShippedModelTest {
    private static final Path MODEL = Path.of("..", "models", "resnet14-cifar", "resnet.onnx");

    @TempDir
    private Path directory;

    @Test
    void shouldMakeABundleFromUnlabelledImages() throws Exception {
        // Given
        Path images = Files.createDirectory(directory.resolve("images"));
        Split scenes = Datasets.open("synthetic:600").train();
        for (int i = 0; i < 600; i++) {
            Files.write(images.resolve(i + ".png"), scenes.get(i).image().bytes());
        }
        Path out = directory.resolve("bundle");
        StringWriter text = new StringWriter();

        // When
        int exit = Featherwire.commandLine()
                .setOut(new PrintWriter(text, true))
                .setErr(new PrintWriter(text, true))
                .execute(
                        "bundle",
                        "create",
                        MODEL.toString(),
                        "--images",
                        images.toString(),
                        "--out",
                        out.toString(),
                        "--cache",
                        directory.resolve("cache").toString());

        // Then
        assertThat(exit).as(text.toString()).isZero();
        Bundle bundle = Bundle.load(out);
        assertThat(bundle.manifest().input().size()).isEqualTo(32);
        assertThat(bundle.manifest().classes())
                .hasSize(70)
                .startsWith("airplane", "automobile")
                .contains("apple");
        assertThat(bundle.manifest().featureShape().sides()).containsExactly(96, 1, 1);
        assertThat(out.resolve(BundleReport.PAGE)).content().contains("own top-1 prediction kept");
    }

    @Test
    void shouldSplitIntoTwoPartsWithTheSameOutputBits() throws Exception {
        // Given
        StringWriter text = new StringWriter();
        Path parts = directory.resolve("parts");

        // When
        int exit = Featherwire.commandLine()
                .setOut(new PrintWriter(text, true))
                .setErr(new PrintWriter(text, true))
                .execute("bundle", "splits", MODEL.toString(), "--parts", parts.toString());

        // Then
        assertThat(exit).as(text.toString()).isZero();
        assertThat(text.toString()).contains("cut at /ReduceMean_output_0");
        float[] pixels = new float[2 * 3 * 32 * 32];
        Random random = new Random(1);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        Tensor image = new Tensor("FLOAT", new long[] {2, 3, 32, 32}, pixels);
        Tensor feature = run(parts.resolve("backbone.onnx"), image);
        assertThat(run(parts.resolve("rest.onnx"), feature).values())
                .hasSize(140)
                .containsExactly(run(MODEL, image).values());
    }

    /** The only output of a graph with one input. */
    private static Tensor run(Path graph, Tensor input) {
        try (GraphProbe probe = GraphProbe.open(graph, GraphProbe.Optimisation.NONE)) {
            String name = probe.inputs().keySet().iterator().next();
            return probe.run(Map.of(name, input), Set.copyOf(probe.outputs().keySet()), true)
                    .values()
                    .iterator()
                    .next();
        }
    }
}
