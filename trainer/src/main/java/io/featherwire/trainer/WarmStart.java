package io.featherwire.trainer;

import static java.util.Objects.requireNonNull;

import io.featherwire.bundler.export.ConvWeights;
import io.featherwire.bundler.export.DenseWeights;
import io.featherwire.bundler.vgg16.ImportedBackbone;
import io.featherwire.bundler.vgg16.ImportedHead;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.trainer.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The trained network of a bundle, with which another training begins.
 *
 * @param name name of the bundle
 * @param fingerprint fingerprint of the bundle
 * @param convolutions thirteen convolutions with folded normalisation
 * @param head three fully connected layers with folded normalisation
 * @param provenance description of the bundle, for the provenance of the new bundle
 */
record WarmStart(
        String name,
        String fingerprint,
        List<ConvWeights> convolutions,
        List<DenseWeights> head,
        Map<String, Object> provenance) {

    /**
     * Reads a bundle.
     *
     * @throws IllegalArgumentException if the bundle has another input size or other classes, or may have been trained
     *     on images that are held out now
     */
    static WarmStart of(Path directory, Recipe recipe, TrainingData data, long seed)
            throws IOException, BundleException {
        Bundle bundle = Bundle.load(directory);
        BundleManifest manifest = bundle.manifest();
        if (manifest.input().size() != recipe.inputSize()
                || !manifest.classes().equals(data.training().classes())) {
            throw new IllegalArgumentException("bundle " + manifest.name() + " has inputs of "
                    + manifest.input().size() + " pixels and the classes " + manifest.classes() + "; this warm start"
                    + " needs " + recipe.inputSize() + " pixels and the classes "
                    + data.training().classes());
        }
        Map<String, Object> made = manifest.provenance();
        checkHeldOut(manifest, recipe, data, seed);
        Map<String, Object> provenance = new LinkedHashMap<>();
        provenance.put("bundle", manifest.name());
        provenance.put("fingerprint", bundle.fingerprint().toString());
        for (String fact : List.of("imagesSeen", "trainingSeconds", "dataHash", "start")) {
            if (made.containsKey(fact)) {
                provenance.put(fact, made.get(fact));
            }
        }
        return new WarmStart(
                manifest.name(),
                bundle.fingerprint().toString(),
                ImportedBackbone.read(
                                bundle.file(requireNonNull(manifest.models().compressor(), "compressor")))
                        .convs(),
                ImportedHead.read(bundle.file(requireNonNull(manifest.models().head(), "head")))
                        .layers(),
                provenance);
    }

    /**
     * Rejects a bundle that may have been trained on images that are held out now. Validation on such images would be
     * biased.
     */
    private static void checkHeldOut(BundleManifest manifest, Recipe recipe, TrainingData data, long seed)
            throws IOException {
        Map<String, Object> made = manifest.provenance();
        if (!data.dataset().equals(made.get("dataset"))) {
            return;
        }
        Recipe before = made.get("recipe") instanceof String yaml
                ? Recipe.parse(yaml, "the recipe in bundle " + manifest.name())
                : recipe;
        boolean same = data.hash().equals(made.get("dataHash"))
                && before.validationImages() == recipe.validationImages()
                && made.get("seed") instanceof Number number
                && number.longValue() == seed;
        if (!same) {
            throw new IllegalArgumentException("bundle " + manifest.name() + " may have been trained on images that are"
                    + " held out now: it was trained with seed " + Objects.toString(made.get("seed")) + " and "
                    + before.validationImages()
                    + " validation images; use the same data, seed and number of validation images");
        }
    }
}
