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
 * The content of {@code bundle.json}.
 *
 * @param formatVersion the version of the manifest, see {@link #FORMAT_VERSION}
 * @param name the name, for people
 * @param input the images that the compressor's network expects
 * @param classes the class names by index
 * @param featureShape the shape of the backbone's output
 * @param codeShape the shape of the encoder's output
 * @param models the three float32 graphs
 * @param variants other graphs for the same codes, such as {@code int8}; a graph that a variant leaves out is taken
 *      from {@code models}
 * @param defaultVariant the name of a variant, or {@code fp32} for {@code models}
 * @param quantisers the quantisers of the code
 * @param defaultMode the payload mode that the compressor uses unless another one is set
 * @param tables the file name of the entropy tables, null if there are none
 * @param search the settings of rate-distortion optimised quantisation, null if there are none; also read from the key
 *      {@code rdoq}, which the next release writes
 * @param provenance everything that decided the result: recipe, seed, data, versions; and the accuracies
 * @param files the SHA-256 by file name, in lower-case hexadecimal, of every file that the manifest names
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
        @JsonProperty(required = true) GraphFileNames models,
        @Nullable Map<String, GraphFileNames> variants,
        @Nullable String defaultVariant,
        @JsonProperty(required = true) Quantisers quantisers,
        @JsonProperty(required = true) PayloadMode defaultMode,
        @Nullable String tables,
        @JsonAlias("rdoq") @Nullable RdoqSettings search,
        @Nullable Map<String, Object> provenance,
        @Nullable Map<String, String> files) {

    /**
     * The version that is written. Version 2 adds reconstruction points and rate-distortion optimised quantisation to
     * the quantisers; a reader of version 1 would ignore them without an error.
     */
    public static final int FORMAT_VERSION = 2;

    /** The oldest version that is read. */
    public static final int OLDEST_FORMAT_VERSION = 1;

    /** The name of the variant that {@code models} holds. */
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
            throw new IllegalArgumentException(
                    "there must be at least one class, and class names must be distinct: " + classes);
        }
        if (!models.complete()) {
            throw new IllegalArgumentException("models must name compressor, decoder and head");
        }
        if (variants.containsKey(FP32)) {
            throw new IllegalArgumentException(
                    "no variant may be called '" + FP32 + "', which is the name of the graphs in models");
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
            throw new IllegalArgumentException("'search' needs a quantiser 'symbols'");
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

    /** Returns the names of all files that the manifest refers to, without duplicates. */
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
    public Map<String, GraphFileNames> variants() {
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
     * Returns the graphs of a variant; a graph that the variant leaves out is taken from {@code models}.
     *
     * @param variant the name of the variant, null for the default
     */
    public GraphFileNames models(@Nullable String variant) {
        String wanted = variant == null ? defaultVariant() : variant;
        if (wanted.equals(FP32)) {
            return models;
        }
        GraphFileNames own = variants().get(wanted);
        if (own == null) {
            throw new IllegalArgumentException("bundle '" + name + "' has no variant '" + wanted + "', only " + FP32
                    + " and " + variants().keySet());
        }
        return new GraphFileNames(
                own.compressor() == null ? models.compressor() : own.compressor(),
                own.decoder() == null ? models.decoder() : own.decoder(),
                own.head() == null ? models.head() : own.head());
    }

    /** Returns a copy of this manifest with other provenance. */
    public BundleManifest withProvenance(Map<String, Object> other) {
        return BundleManifestBuilder.builder(this).provenance(other).build();
    }

    BundleManifest withFiles(Map<String, String> other) {
        return BundleManifestBuilder.builder(this).files(other).build();
    }
}
