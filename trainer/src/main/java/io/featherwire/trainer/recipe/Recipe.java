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
 * All settings of a training except data and seed.
 *
 * @param name name for reports
 * @param inputSize side of the network's input, in pixels, a multiple of 32
 * @param width factor of VGG16's channel counts
 * @param hidden width of the two hidden fully connected layers
 * @param trainingImages maximum number of used images, 0 for all
 * @param validationImages number of images to hold out for validation; at most a tenth of the images is held out
 * @param featureImages maximum number of training images whose features train the autoencoder, 0 for all
 * @param featureViews number of augmented copies per image whose features also train the autoencoder; a fraction stands
 *     for some of the images, 0 for none
 * @param compact whether weights are stored with 8 bits, with int8 and float16 variants of the compressor
 * @param backbone settings of backbone and head
 * @param bottleneck settings of the autoencoder
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
     * Reads a built-in recipe by name, or a recipe file.
     *
     * @throws IllegalArgumentException if the recipe does not exist or is invalid
     */
    public static Recipe find(String nameOrFile) throws IOException {
        if (BUILT_IN.contains(nameOrFile)) {
            return parse(readBuiltIn(nameOrFile), "recipe '" + nameOrFile + "'");
        }
        Path file = Path.of(nameOrFile);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "no recipe '" + nameOrFile + "': expected a YAML file or one of " + String.join(", ", BUILT_IN));
        }
        return parse(Files.readString(file), file.toString());
    }

    /** The YAML text of a built-in recipe. */
    public static String readBuiltIn(String builtIn) throws IOException {
        try (InputStream in = Recipe.class.getResourceAsStream(builtIn + ".yaml")) {
            if (in == null) {
                throw new IOException("no built-in recipe '" + builtIn + "'");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * Parses the YAML text of a recipe.
     *
     * @param where origin of the text, for errors
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

    /** A copy with other values. Null keeps a value. */
    public Recipe with(
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

    /** The training images that this recipe uses. */
    public Split select(Split train) {
        return trainingImages > 0 ? train.first(trainingImages) : train;
    }

    /** The recipe as YAML, for a bundle's provenance. */
    public String toYaml() {
        try {
            return YAML.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a recipe cannot be written as YAML", e);
        }
    }
}
