package io.featherwire.bundler.preprocessing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.featherwire.bundler.BundlerException;
import io.featherwire.codec.image.ResizeMethod;
import io.featherwire.codec.image.ResizeMethod.Filter;
import io.featherwire.codec.image.ResizeMethod.Fit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files that Hugging Face's tools put beside a model: {@code preprocessor_config.json} and {@code
 * config.json}.
 */
public final class HuggingFaceFiles {
    static final String PREPROCESSOR = "preprocessor_config.json";
    static final String CONFIG = "config.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The input size in pixels from which on ConvNeXt's processors do not crop. */
    private static final int LARGE = 384;

    private HuggingFaceFiles() {}

    /**
     * Returns the preprocessing in a file of the model's directory or its parent directory, if there is such a file.
     */
    public static Optional<Preprocessing> preprocessing(Path model, int size) {
        Path file = siblingFile(model, PREPROCESSOR);
        return file == null ? Optional.empty() : Optional.of(preprocessing(file, read(file), size));
    }

    /** Returns the edge in pixels that images are resized to, if the files define it. */
    public static OptionalInt inputSize(Path model) {
        Path file = siblingFile(model, PREPROCESSOR);
        if (file != null) {
            JsonNode tree = read(file);
            boolean crop = booleanAt(tree, "do_center_crop", tree.has("crop_size") && !tree.has("do_center_crop"));
            OptionalInt size = shortestEdge(file, crop ? tree.get("crop_size") : tree.get("size"));
            if (size.isPresent()) {
                return size;
            }
        }
        Path config = siblingFile(model, CONFIG);
        return config == null
                ? OptionalInt.empty()
                : shortestEdge(config, read(config).get("image_size"));
    }

    /** Returns the class names by index, if {@code config.json} has them. */
    public static Optional<List<String>> classes(Path model) {
        Path file = siblingFile(model, CONFIG);
        JsonNode names = file == null ? null : read(file).get("id2label");
        if (names == null || !names.isObject() || names.isEmpty()) {
            return Optional.empty();
        }
        List<String> classes = new ArrayList<>(Collections.nCopies(names.size(), ""));
        names.properties().forEach(entry -> {
            int index = entry.getKey().matches("\\d{1,7}") ? Integer.parseInt(entry.getKey()) : -1;
            if (index < 0 || index >= classes.size()) {
                throw new BundlerException("Cannot use the classes of " + file + ": id2label has the index '"
                        + entry.getKey() + "' among " + classes.size() + " names. Give the classes with --classes.");
            }
            classes.set(index, entry.getValue().asText());
        });
        return Optional.of(classes);
    }

    private static @Nullable Path siblingFile(Path model, String name) {
        Path directory = model.toAbsolutePath().getParent();
        for (int up = 0; up < 2 && directory != null; up++, directory = directory.getParent()) {
            if (Files.isRegularFile(directory.resolve(name))) {
                return directory.resolve(name);
            }
        }
        return null;
    }

    private static JsonNode read(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new BundlerException(
                    "Cannot read " + file + " as JSON: " + e.getMessage() + ". Remove it and give --preset instead.",
                    e);
        }
    }

    private static Preprocessing preprocessing(Path file, JsonNode tree, int size) {
        Preprocessing made = new Preprocessing(
                resize(file, tree, size),
                List.of(0f, 0f, 0f),
                List.of(1f, 1f, 1f),
                false,
                file.getFileName().toString());
        double factor = tree.path("rescale_factor").asDouble(1.0 / 255);
        boolean rescaled = booleanAt(tree, "do_rescale", true);
        // The scale of the input before the mean is subtracted: x / 255 is multiplied by it.
        double scale = 255 * (rescaled ? factor : 1);
        boolean offset = booleanAt(tree, "offset", booleanAt(tree, "rescale_offset", false));
        double shift = rescaled && offset ? 1 : 0;
        List<Float> mean = new ArrayList<>();
        List<Float> std = new ArrayList<>();
        boolean normalised = booleanAt(tree, "do_normalize", true) && tree.has("image_mean") && tree.has("image_std");
        for (int c = 0; c < 3; c++) {
            double m = (normalised ? numberAt(file, tree.get("image_mean"), c) : 0) + shift;
            double s = normalised ? numberAt(file, tree.get("image_std"), c) : 1;
            mean.add((float) (m / scale));
            std.add((float) (s / scale));
        }
        boolean bgr = booleanAt(tree, "do_flip_channel_order", false);
        if (bgr) {
            // The file has mean and standard deviation in the network's order, which is blue, green, red.
            Collections.reverse(mean);
            Collections.reverse(std);
        }
        return made.withNormalisation(mean, std).withBgr(bgr);
    }

    private static double numberAt(Path file, JsonNode values, int index) {
        JsonNode value = values.isArray() ? values.get(index) : values;
        if (value == null || !value.isNumber()) {
            throw new BundlerException(
                    "Cannot use the preprocessing of " + file
                            + ": image_mean and image_std must have three numbers each. Remove the file and give --preset instead.");
        }
        return value.asDouble();
    }

    private static ResizeMethod resize(Path file, JsonNode tree, int size) {
        if (!booleanAt(tree, "do_resize", true)) {
            return ResizeMethod.BILINEAR;
        }
        Filter filter =
                switch (tree.path("resample").asInt(2)) {
                    case 2 -> Filter.BILINEAR;
                    case 3 -> Filter.BICUBIC;
                    default ->
                        throw new BundlerException(
                                "Cannot use the preprocessing of " + file + ": it resamples by Pillow's method "
                                        + tree.get("resample")
                                        + ", but only 2 (bilinear) and 3 (bicubic) are supported. Give --preset with --fit"
                                        + " and --filter instead, which changes the network's input a little.");
                };
        JsonNode target = tree.get("size");
        OptionalInt shortest = shortestEdge(file, target);
        boolean cropped = tree.path("crop_pct").asDouble(0) > 0;
        if (cropped && shortest.isPresent() && shortest.getAsInt() < LARGE) {
            int margin = (int) (shortest.getAsInt() / tree.get("crop_pct").asDouble());
            return new ResizeMethod(filter, true, Fit.CROP, Math.max(size, margin));
        }
        boolean byShortest = target != null
                && (target.has("shortest_edge") || target.isInt() && booleanAt(tree, "do_center_crop", false));
        if (byShortest && booleanAt(tree, "do_center_crop", false)) {
            return new ResizeMethod(filter, true, Fit.CROP, Math.max(size, shortest.orElse(size)));
        }
        if (booleanAt(tree, "do_center_crop", false) && shortest.isPresent() && shortest.getAsInt() > size) {
            throw new BundlerException(
                    "Cannot use the preprocessing of " + file
                            + ": it stretches images and crops their middle. Remove the file and give --preset and --fit instead.");
        }
        return new ResizeMethod(filter, true, Fit.STRETCH, 0);
    }

    /** Reads an edge that is given as a number, as {height, width} or as {shortest_edge}. */
    private static OptionalInt shortestEdge(Path file, @Nullable JsonNode node) {
        if (node == null) {
            return OptionalInt.empty();
        } else if (node.isInt()) {
            return OptionalInt.of(node.intValue());
        } else if (node.has("shortest_edge")) {
            return OptionalInt.of(node.get("shortest_edge").asInt());
        } else if (node.has("height") && node.has("width")) {
            int height = node.get("height").asInt();
            if (height != node.get("width").asInt()) {
                throw new BundlerException("Cannot use the preprocessing of " + file + ": it makes images of " + node
                        + ", but only squares are supported. Export the model with a square input.");
            }
            return OptionalInt.of(height);
        }
        return OptionalInt.empty();
    }

    private static boolean booleanAt(JsonNode tree, String name, boolean absent) {
        return tree.has(name) ? tree.get(name).asBoolean() : absent;
    }
}
