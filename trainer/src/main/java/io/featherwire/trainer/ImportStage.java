package io.featherwire.trainer;

import io.featherwire.trainer.backbone.ImportedBackbone;
import io.featherwire.trainer.backbone.ImportedHead;
import io.featherwire.trainer.export.DenseWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes a backbone, and perhaps a head, that were trained elsewhere. */
final class ImportStage {
    private ImportStage() {}

    static TrainedNetwork run(Path backbone, @Nullable Path head, int inputSize, ProgressListener listener)
            throws IOException {
        ImportedBackbone imported = ImportedBackbone.read(backbone);
        if (imported.inputSize().isPresent() && imported.inputSize().getAsInt() != inputSize) {
            throw new IOException(
                    backbone + " takes inputs of " + imported.inputSize().getAsInt() + " pixels, the recipe's are "
                            + inputSize + "; set --input-size");
        }
        List<DenseWeights> layers =
                head == null ? List.of() : ImportedHead.read(head).layers();
        listener.noted("imported " + imported.convs().size() + " convolutions from " + backbone
                + (head == null ? "; the head is to be trained" : ", " + layers.size() + " layers from " + head));
        return new TrainedNetwork(
                imported.convs(), layers, new float[0], Map.of("backbone", "imported: " + backbone.getFileName()));
    }
}
