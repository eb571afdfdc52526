package io.featherwire.trainer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.featherwire.bundler.export.DenseWeights;
import io.featherwire.bundler.export.GraphRunner;
import io.featherwire.bundler.vgg16.ImportedBackbone;
import io.featherwire.bundler.vgg16.ImportedHead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Imports a backbone, and optionally a head, from ONNX files. */
final class ImportStage {
    /** Name of the file that trainer/pytorch/train_vgg16.py writes beside its graphs. */
    private static final String METRICS = "metrics.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    private ImportStage() {}

    static TrainedNetwork run(Path backbone, @Nullable Path head, int inputSize, ProgressListener listener)
            throws IOException {
        ImportedBackbone imported = ImportedBackbone.read(backbone);
        if (imported.inputSize().isPresent() && imported.inputSize().getAsInt() != inputSize) {
            throw new IOException(backbone + " has inputs of "
                    + imported.inputSize().getAsInt() + " pixels, the recipe has " + inputSize + "; set --input-size");
        }
        List<DenseWeights> layers =
                head == null ? List.of() : ImportedHead.read(head).layers();
        listener.onMessage("imported " + imported.convs().size() + " convolutions from " + backbone
                + (head == null ? "; the head will be trained" : ", " + layers.size() + " layers from " + head));
        return new TrainedNetwork(imported.convs(), layers, new float[0], history(backbone, head));
    }

    /**
     * Provenance of the imported files. If {@value #METRICS} lies beside the backbone, its content is included, without
     * the history of the epochs.
     */
    private static Map<String, Object> history(Path backbone, @Nullable Path head) throws IOException {
        Map<String, Object> history = new LinkedHashMap<>();
        history.put("backbone", describe(backbone));
        if (head != null) {
            history.put("head", describe(head));
        }
        Path metrics = backbone.resolveSibling(METRICS);
        if (Files.isRegularFile(metrics)) {
            try {
                Map<String, Object> facts = JSON.readValue(metrics.toFile(), new TypeReference<>() {});
                facts.remove("history");
                history.put("backboneTraining", facts);
            } catch (JsonProcessingException e) {
                throw new IOException(metrics + " is not JSON: " + e.getOriginalMessage(), e);
            }
        }
        return history;
    }

    private static String describe(Path file) throws IOException {
        return "imported: " + file.getFileName() + ", SHA-256 " + GraphRunner.sha256(Files.readAllBytes(file));
    }
}
