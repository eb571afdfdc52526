package io.featherwire.codec.bundle;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.featherwire.codec.image.InputSpec;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.Quantisers;
import io.featherwire.codec.payload.TensorShape;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bundle.json} says.
 *
 * @param formatVersion of the manifest, see {@link #FORMAT_VERSION}
 * @param name for people
 * @param input what the compressor expects of an image
 * @param classes names, by class index
 * @param featureShape of the backbone's output
 * @param codeShape of the encoder's output
 * @param models the float32 graphs, all three
 * @param variants other graphs for the same codes, such as {@code int8}; what one leaves out is taken from models
 * @param defaultVariant name of a variant, or {@code fp32} for models
 * @param quantisers of the code
 * @param defaultMode the payload mode that the compressor uses unless another one is set
 * @param tables file name of the entropy tables
 * @param search settings of rate-distortion optimised quantisation, null where rounding alone decides; read as {@code rdoq}, too, the key
 *     that the next release writes
 * @param provenance everything that decided the result: recipe, seed, data, versions, accuracies
 * @param files SHA-256 in lower-case hexadecimal by file name; every file named above is in it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record BundleManifest(
        @JsonProperty(required = true) int formatVersion,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) InputSpec input,
        @JsonProperty(required = true) List<String> classes,
        @JsonProperty(required = true) TensorShape featureShape,
        @JsonProperty(required = true) TensorShape codeShape,
        @JsonProperty(required = true) Models models,
        @Nullable Map<String, Models> variants,
        @Nullable String defaultVariant,
        @JsonProperty(required = true) Quantisers quantisers,
        @JsonProperty(required = true) PayloadMode defaultMode,
        @Nullable String tables,
        @JsonAlias("rdoq") @Nullable SearchSpec search,
        @Nullable Map<String, Object> provenance,
        @Nullable Map<String, String> files) {

    /**
     * The version that is written. Version 2 allows reconstruction points and rate-distortion optimised quantisation in the quantisers, which
     * a reader of version 1 would pass over in silence.
     */
    public static final int FORMAT_VERSION = 2;

    /** The oldest version that is read. */
    public static final int OLDEST_FORMAT_VERSION = 1;

    /** The variant that {@code models} is. */
    public static final String FP32 = "fp32";

    public BundleManifest {
        ManifestFiles.requireVersion(formatVersion, OLDEST_FORMAT_VERSION, FORMAT_VERSION);
        classes = List.copyOf(classes);
        variants = variants == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(variants));
        defaultVariant = defaultVariant == null ? FP32 : defaultVariant;
        provenance = provenance == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(provenance));
        files = files == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(files));
        if (name.isBlank()) {
            throw new IllegalArgumentException("the name is blank");
        }
        if (classes.isEmpty() || new HashSet<>(classes).size() != classes.size()) {
            throw new IllegalArgumentException("class names must be there and distinct: " + classes);
        }
        if (!models.complete()) {
            throw new IllegalArgumentException("models must name compressor, decoder and head");
        }
        if (variants.containsKey(FP32)) {
            throw new IllegalArgumentException("variant '" + FP32 + "' is the name of models itself");
        }
        if (!defaultVariant.equals(FP32) && !variants.containsKey(defaultVariant)) {
            throw new IllegalArgumentException(
                    "default variant '" + defaultVariant + "' is none of " + variants.keySet());
        }
        checkQuantisers(codeShape, quantisers, defaultMode, tables);
        if (formatVersion == 1 && !quantisers.uniform()) {
            throw new IllegalArgumentException("format version 1 has no quantisers with shrink or lambda");
        }
        if (search != null && quantisers.symbols() == null) {
            throw new IllegalArgumentException("a search needs a quantiser 'symbols'");
        }
    }

    private static void checkQuantisers(
            TensorShape codeShape, Quantisers quantisers, PayloadMode mode, @Nullable String tables) {
        int channels = codeShape.channels();
        if (quantisers.u8().channels() != channels
                || quantisers.symbols() != null && quantisers.symbols().channels() != channels) {
            throw new IllegalArgumentException("the quantisers do not have the code's " + channels + " channels");
        }
        if (tables != null && quantisers.symbols() == null) {
            throw new IllegalArgumentException("entropy tables need a quantiser 'symbols'");
        }
        if (mode == PayloadMode.PACKED && quantisers.symbols() == null
                || mode == PayloadMode.ENTROPY && tables == null) {
            throw new IllegalArgumentException("default mode " + mode.text() + " lacks its quantiser or tables");
        }
    }

    /** Every file that the manifest refers to, each once. */
    public Set<String> fileNames() {
        Set<String> names = new LinkedHashSet<>(models.names());
        variants().values().forEach(variant -> names.addAll(variant.names()));
        if (tables != null) {
            names.add(tables);
        }
        if (quantisers.fisher() != null) {
            names.add(quantisers.fisher().graph());
        }
        names.addAll(files().keySet());
        return names;
    }

    @Override
    public Map<String, Models> variants() {
        return variants == null ? Map.of() : variants;
    }

    @Override
    public String defaultVariant() {
        return defaultVariant == null ? FP32 : defaultVariant;
    }

    @Override
    public Map<String, Object> provenance() {
        return provenance == null ? Map.of() : provenance;
    }

    @Override
    public Map<String, String> files() {
        return files == null ? Map.of() : files;
    }

    /**
     * The graphs of a variant, what it leaves out taken from the base.
     *
     * @param variant null for the default
     */
    public Models models(@Nullable String variant) {
        String wanted = variant == null ? defaultVariant() : variant;
        if (wanted.equals(FP32)) {
            return models;
        }
        Models own = variants().get(wanted);
        if (own == null) {
            throw new IllegalArgumentException("bundle '" + name + "' has no variant '" + wanted + "', only " + FP32
                    + " and " + variants().keySet());
        }
        return new Models(
                own.compressor() == null ? models.compressor() : own.compressor(),
                own.decoder() == null ? models.decoder() : own.decoder(),
                own.head() == null ? models.head() : own.head());
    }

    /** The same manifest with other provenance, for a writer that learns more. */
    public BundleManifest withProvenance(Map<String, Object> other) {
        return BundleManifestBuilder.builder(this).provenance(other).build();
    }

    BundleManifest withFiles(Map<String, String> other) {
        return BundleManifestBuilder.builder(this).files(other).build();
    }
}
