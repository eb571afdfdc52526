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
 * The content of {@code head.json}.
 *
 * @param formatVersion the version of the manifest, see {@link #FORMAT_VERSION}
 * @param name the name, for people and for the records that the head classifies
 * @param kind the kind of the predictions
 * @param trunk the fingerprint of the bundle whose payloads the head classifies, 16 hexadecimal digits
 * @param featureShape the shape of the features that the head takes
 * @param classes the names of the classes, or of a regression's quantities, by index; empty for an embedding
 * @param thresholds the thresholds of a multi-label head by class index, each above 0 and below 1: a class is predicted
 *      if its probability reaches its threshold; null for the other kinds
 * @param dimensions the number of floats of an embedding, null for the other kinds
 * @param normalised whether an embedding is normalised to length 1, null for the other kinds
 * @param model the file name of the graph from {@code feature} [N, F, H, W] to {@code logits} [N, classes] or {@code
 *      values} [N, quantities or dimensions]
 * @param provenance everything that decided the result: data and seed; and the accuracies
 * @param files the SHA-256 by file name, in lower-case hexadecimal, including the graph's
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
     * The newest version. Version 2 adds the kinds other than {@link HeadKind#CLASSIFICATION}; heads of that kind are
     * still written as version 1, so that older releases can read them.
     */
    public static final int FORMAT_VERSION = 2;

    /** The oldest version that is read. */
    public static final int OLDEST_FORMAT_VERSION = 1;

    /** The maximum number of classes, quantities or floats of a prediction, which has to fit into a record. */
    public static final int MAX_VALUES = 1 << 15;

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
        int most = kind == HeadKind.EMBEDDING ? 0 : MAX_VALUES;
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
                    "a multi-label head needs a threshold above 0 and below 1 for each class, and other heads must have no"
                            + " thresholds: thresholds = " + thresholds);
        }
        boolean embedding = kind == HeadKind.EMBEDDING;
        if ((dimensions != null) != embedding
                || (normalised != null) != embedding
                || dimensions != null && (dimensions < 1 || dimensions > MAX_VALUES)) {
            throw new IllegalArgumentException("an embedding head needs dimensions (1 to " + MAX_VALUES
                    + ") and normalised, and other heads must have neither: dimensions = " + dimensions
                    + ", normalised = " + normalised);
        }
    }

    /** Returns the manifest of a head of kind {@link HeadKind#CLASSIFICATION}, without the hashes of its files. */
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

    /** Returns the number of floats of one prediction: of classes, quantities or dimensions. */
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
