package io.featherwire.trainer.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.featherwire.datasets.Split;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides a training but the data and the seed.
 *
 * @param name for reports
 * @param inputSize side of the network's input, a multiple of 32
 * @param width factor on VGG16's channel counts
 * @param hidden width of the two hidden fully connected layers
 * @param trainingImages the most images that are used, 0 for all
 * @param validationImages held back from training for choices and checks; at most a tenth of the images
 * @param featureImages the most training images whose features train the autoencoder, 0 for all
 * @param featureViews the number of augmented images (rotated, relit and so on) for each of those that train the autoencoder, too; 0 for none, a
 *     fraction for some of the images
 * @param compact whether weights are stored as bytes, with int8 and float16 variants of the compressor
 * @param backbone training of backbone and head
 * @param bottleneck training of the autoencoder
 */
@RecordBuilder
public record Recipe(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) int inputSize,
        @JsonProperty(required = true) double width,
        @JsonProperty(required = true) int hidden,
        int trainingImages,
        @JsonProperty(required = true) int validationImages,
        int featureImages,
        double featureViews,
        boolean compact,
        @JsonProperty(required = true) BackboneSettings backbone,
        @JsonProperty(required = true) BottleneckSettings bottleneck) {
    /** The built-in recipes. */
    public static final List<String> BUILT_IN = List.of("test", "quick", "reference", "wide", "paper");

    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public Recipe {
        if (!(featureViews >= 0)) {
            throw new IllegalArgumentException("featureViews is " + featureViews + "; it must not be negative");
        }
    }

    /**
     * A built-in recipe by name, or one from a file.
     *
     * @throws IllegalArgumentException if there is no such recipe, or it is invalid
     */
    public static Recipe find(String nameOrFile) throws IOException {
        if (BUILT_IN.contains(nameOrFile)) {
            return parse(text(nameOrFile), "recipe '" + nameOrFile + "'");
        }
        Path file = Path.of(nameOrFile);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "no recipe '" + nameOrFile + "': expected a YAML file or one of " + String.join(", ", BUILT_IN));
        }
        return parse(Files.readString(file), file.toString());
    }

    /** The YAML text of a built-in recipe. */
    public static String text(String builtIn) throws IOException {
        try (InputStream in = Recipe.class.getResourceAsStream(builtIn + ".yaml")) {
            if (in == null) {
                throw new IOException("no built-in recipe '" + builtIn + "'");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * A recipe as text.
     *
     * @param where the text stands, for errors
     * @throws IllegalArgumentException if the recipe is invalid
     */
    public static Recipe parse(String yaml, String where) {
        try {
            return YAML.readValue(yaml, Recipe.class);
        } catch (ValueInstantiationException e) {
            throw new IllegalArgumentException(
                    where + ": " + requireNonNull(e.getCause(), "cause").getMessage(), e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(where + " is not a recipe: " + e.getOriginalMessage(), e);
        }
    }

    /** The same with what is given changed. */
    public Recipe changed(
            @Nullable Integer newInputSize,
            @Nullable Double newWidth,
            @Nullable Integer newHidden,
            @Nullable Boolean newCompact,
            BackboneSettings newBackbone,
            BottleneckSettings newBottleneck) {
        return RecipeBuilder.builder(this)
                .inputSize(newInputSize == null ? inputSize : newInputSize)
                .width(newWidth == null ? width : newWidth)
                .hidden(newHidden == null ? hidden : newHidden)
                .compact(newCompact == null ? compact : newCompact)
                .backbone(newBackbone)
                .bottleneck(newBottleneck)
                .build();
    }

    /** The training images that it takes. */
    public Split used(Split train) {
        return trainingImages > 0 ? train.first(trainingImages) : train;
    }

    /** As YAML, for a bundle's provenance. */
    public String yaml() {
        try {
            return YAML.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a recipe can always be written", e);
        }
    }
}
