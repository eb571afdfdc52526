package io.featherwire.codec.bundle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.featherwire.codec.payload.TensorShape;
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
 * @param name for people, and for records that say which head answered
 * @param kind of its answers; {@link #CLASSIFICATION} is the only one so far: a softmax over the logits
 * @param trunk fingerprint of the bundle whose payloads it answers for, 16 hexadecimal digits
 * @param featureShape of what it takes
 * @param classes names, by class index
 * @param model file name of the graph, {@code feature} [N, F, H, W] to {@code logits} [N, classes]
 * @param provenance everything that decided the result: data, seed, accuracies
 * @param files SHA-256 in lower-case hexadecimal by file name; the graph is in it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HeadManifest(
        @JsonProperty(required = true) int formatVersion,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String kind,
        @JsonProperty(required = true) String trunk,
        @JsonProperty(required = true) TensorShape featureShape,
        @JsonProperty(required = true) List<String> classes,
        @JsonProperty(required = true) String model,
        @Nullable Map<String, Object> provenance,
        @Nullable Map<String, String> files) {

    /** The version that is written, and the only one so far. */
    public static final int FORMAT_VERSION = 1;

    /** Exactly one of the classes is right. */
    public static final String CLASSIFICATION = "classification";

    private static final int LONGEST_NAME = 100;

    public HeadManifest {
        classes = List.copyOf(classes);
        provenance = provenance == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(provenance));
        files = files == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(files));
        if (formatVersion != FORMAT_VERSION) {
            throw new IllegalArgumentException(
                    "format version is " + formatVersion + ", this release reads version " + FORMAT_VERSION);
        }
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "the name must have 1 to " + LONGEST_NAME + " characters: '" + name + "'");
        }
        if (!kind.equals(CLASSIFICATION)) {
            throw new IllegalArgumentException(
                    "the kind is '" + kind + "', this release knows '" + CLASSIFICATION + "' only");
        }
        Fingerprint.parse(trunk);
        if (classes.size() < 2 || new HashSet<>(classes).size() != classes.size()) {
            throw new IllegalArgumentException("there must be two classes or more, with distinct names: " + classes);
        }
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
        return new HeadManifest(formatVersion, name, kind, trunk, featureShape, classes, model, provenance, other);
    }
}
