package io.featherwire.codec.bundle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.featherwire.codec.payload.TensorShape;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code head.json} says.
 *
 * @param formatVersion of the manifest, see {@link #FORMAT_VERSION}
 * @param name for people, and for records, which name the head that classified them
 * @param kind of its predictions
 * @param trunk fingerprint of the bundle whose payloads it classifies, 16 hexadecimal digits
 * @param featureShape of what it takes
 * @param classes names by index: of the classes, or of a regression's quantities; empty for an embedding
 * @param thresholds of a multi-label head, by class index, each above 0 and below 1: a class whose probability is not below it is
 *     there; null for the other kinds
 * @param dimensions floats of an embedding, null for the other kinds
 * @param normalised whether an embedding is taken to length 1, null for the other kinds
 * @param model file name of the graph, {@code feature} [N, F, H, W] to {@code logits} [N, classes] or {@code values} [N, quantities
 *     or dimensions]
 * @param provenance everything that decided the result: data, seed, accuracies
 * @param files SHA-256 in lower-case hexadecimal by file name; the graph is in it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record HeadManifest(
        @JsonProperty(required = true) int formatVersion,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) HeadKind kind,
        @JsonProperty(required = true) String trunk,
        @JsonProperty(required = true) TensorShape featureShape,
        @JsonProperty(required = true) List<String> classes,
        @Nullable List<Double> thresholds,
        @Nullable Integer dimensions,
        @Nullable Boolean normalised,
        @JsonProperty(required = true) String model,
        @Nullable Map<String, Object> provenance,
        @Nullable Map<String, String> files) {

    /**
     * The newest version. Version 2 has kinds besides {@link HeadKind#CLASSIFICATION}; heads of that kind are still written as version 1, so
     * that releases before read them.
     */
    public static final int FORMAT_VERSION = 2;

    /** The oldest version that is read. */
    public static final int OLDEST_FORMAT_VERSION = 1;

    /** Most classes, quantities or floats of a prediction: it has to fit into a record. */
    public static final int MOST_VALUES = 1 << 15;

    private static final int LONGEST_NAME = 100;

    public HeadManifest {
        classes = List.copyOf(classes);
        thresholds = thresholds == null ? null : List.copyOf(thresholds);
        provenance = provenance == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(provenance));
        files = files == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(files));
        ManifestFiles.requireVersion(formatVersion, OLDEST_FORMAT_VERSION, FORMAT_VERSION);
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "the name must have 1 to " + LONGEST_NAME + " characters: '" + name + "'");
        }
        if (formatVersion == 1 && kind != HeadKind.CLASSIFICATION) {
            throw new IllegalArgumentException("the kind is '" + kind.text() + "', format version 1 has '"
                    + HeadKind.CLASSIFICATION.text() + "' only");
        }
        Fingerprint.parse(trunk);
        checkPrediction(kind, classes, thresholds, dimensions, normalised);
    }

    private static void checkPrediction(
            HeadKind kind,
            List<String> classes,
            @Nullable List<Double> thresholds,
            @Nullable Integer dimensions,
            @Nullable Boolean normalised) {
        int least = kind == HeadKind.CLASSIFICATION ? 2 : kind == HeadKind.EMBEDDING ? 0 : 1;
        int most = kind == HeadKind.EMBEDDING ? 0 : MOST_VALUES;
        if (classes.size() < least
                || classes.size() > most
                || new HashSet<>(classes).size() != classes.size()
                || classes.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("a head of kind " + kind.text() + " must have " + least + " to " + most
                    + " classes, with distinct names that are not blank, not "
                    + (classes.size() > 100 ? classes.size() : classes));
        }
        if ((thresholds != null) != (kind == HeadKind.MULTI_LABEL)
                || thresholds != null
                        && (thresholds.size() != classes.size()
                                || thresholds.stream().anyMatch(t -> !(t > 0 && t < 1)))) {
            throw new IllegalArgumentException(
                    "a multi-label head, and no other, must have a threshold above 0 and below 1" + " for each class: "
                            + thresholds);
        }
        boolean embedding = kind == HeadKind.EMBEDDING;
        if ((dimensions != null) != embedding
                || (normalised != null) != embedding
                || dimensions != null && (dimensions < 1 || dimensions > MOST_VALUES)) {
            throw new IllegalArgumentException("an embedding, and no other head, must have 1 to " + MOST_VALUES
                    + " dimensions and say whether it is normalised: " + dimensions + ", " + normalised);
        }
    }

    /** A head whose classes exclude each other, without the hashes of its files. */
    public static HeadManifest classification(
            String name,
            Fingerprint trunk,
            TensorShape featureShape,
            List<String> classes,
            String model,
            Map<String, Object> provenance) {
        return HeadManifestBuilder.builder()
                .formatVersion(OLDEST_FORMAT_VERSION)
                .name(name)
                .kind(HeadKind.CLASSIFICATION)
                .trunk(trunk.hex())
                .featureShape(featureShape)
                .classes(classes)
                .model(model)
                .provenance(provenance)
                .build();
    }

    /** Floats of one prediction: as many as classes, quantities or dimensions. */
    public int values() {
        return dimensions == null ? classes.size() : dimensions;
    }

    @Override
    public Map<String, Object> provenance() {
        return provenance == null ? Map.of() : provenance;
    }

    @Override
    public Map<String, String> files() {
        return files == null ? Map.of() : files;
    }

    HeadManifest withFiles(Map<String, String> other) {
        return HeadManifestBuilder.builder(this).files(other).build();
    }
}
