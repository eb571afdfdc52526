package io.featherwire.trainer;

import io.featherwire.bundler.export.ActivationCalibration;
import io.featherwire.bundler.export.ActivationRange;
import io.featherwire.bundler.export.GraphFiles;
import io.featherwire.bundler.export.Network;
import io.featherwire.bundler.export.RangeClipping;
import io.featherwire.bundler.export.Vgg16Networks;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.bundle.BundleManifestBuilder;
import io.featherwire.codec.bundle.BundleWriter;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.data.Batcher;
import io.featherwire.trainer.recipe.Recipe;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a bundle: graphs, tables and manifest. */
final class BundleStage {
    private static final int CALIBRATION_IMAGES = 512;
    private static final int CALIBRATION_BATCH = 16;

    private BundleStage() {}

    /**
     * Writes the bundle.
     *
     * @param out directory of the bundle
     * @param network trained backbone with its provenance
     * @param head network from feature to logits
     */
    static Bundle write(
            Path out,
            String name,
            Recipe recipe,
            TrainingData data,
            TrainedNetwork network,
            Network head,
            TrainedBottleneck bottleneck,
            Map<String, Object> provenance)
            throws IOException, BundleException {
        Network compressor = Vgg16Networks.compressor(recipe.inputSize(), network.convolutions(), bottleneck.encoder());
        Network decoder = Vgg16Networks.decoder(bottleneck.codeShape(), bottleneck.decoder());
        TensorShape featureShape = head.inputShape();
        GraphFiles files = recipe.compact()
                ? GraphFiles.writeInt8(out, compressor, decoder, head, calibrate(recipe, data, network))
                : GraphFiles.writeFloat32(out, compressor, decoder, head);
        Files.write(out.resolve(Bundle.TABLES), bottleneck.choice().tables().bytes());
        Map<String, String> others = new LinkedHashMap<>();
        files.others().forEach(other -> others.put(other, ""));
        return BundleWriter.write(
                out,
                BundleManifestBuilder.builder()
                        .formatVersion(BundleManifest.FORMAT_VERSION)
                        .name(name)
                        .input(data.inputSpec(recipe.inputSize()))
                        .classes(data.training().classes())
                        .featureShape(featureShape)
                        .codeShape(bottleneck.codeShape())
                        .models(files.models())
                        .quantisers(bottleneck.choice().quantisers())
                        .defaultMode(PayloadMode.ENTROPY)
                        .variants(files.variants())
                        .tables(Bundle.TABLES)
                        .search(bottleneck.search())
                        .provenance(provenance)
                        .files(others)
                        .build());
    }

    private static List<ActivationRange> calibrate(Recipe recipe, TrainingData data, TrainedNetwork network)
            throws IOException {
        int images = Math.min(CALIBRATION_IMAGES, data.training().size());
        Batcher batcher = data.plainBatches(data.training(), recipe.inputSize());
        Network backbone = Vgg16Networks.backbone(recipe.inputSize(), network.convolutions());
        try (ActivationCalibration calibration =
                new ActivationCalibration(backbone, network.convolutions().size(), 0)) {
            for (int from = 0; from < images; from += CALIBRATION_BATCH) {
                int count = Math.min(CALIBRATION_BATCH, images - from);
                calibration.observe(
                        FloatBuffer.wrap(batcher.plainBatch(from, count).images()), count);
            }
            return calibration.ranges(RangeClipping.MAX);
        }
    }
}
