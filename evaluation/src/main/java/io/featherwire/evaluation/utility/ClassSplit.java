package io.featherwire.evaluation.utility;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.featherwire.evaluation.EvaluationException;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Class lists of a utility measurement: the classes that the codec is fitted to, the classes of heads and searches, the
 * numbers of images, and the seeds.
 *
 * @param name name of the data set
 * @param images description of the files that are used
 * @param trainingImages maximum number of training images per class
 * @param testImages maximum number of test images per class
 * @param seeds random seeds; each seed draws validation images and few-shot images of its own
 * @param fewShot numbers of training images per class for few-shot heads
 * @param codec classes whose images the codec is fitted to; their labels are unused
 * @param heads classes of heads and searches
 */
@RecordBuilder
public record ClassSplit(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String images,
        @JsonProperty(required = true) int trainingImages,
        @JsonProperty(required = true) int testImages,
        @JsonProperty(required = true) List<Integer> seeds,
        @JsonProperty(required = true) List<Integer> fewShot,
        @JsonProperty(required = true) List<String> codec,
        @JsonProperty(required = true) List<String> heads) {

    private static final List<String> KNOWN = List.of("cifar-100", "tiny-imagenet");
    private static final int MOST_IMAGES = 1000;
    private static final int FEWEST_CLASSES = 3;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public ClassSplit {
        seeds = List.copyOf(seeds);
        fewShot = List.copyOf(fewShot);
        codec = List.copyOf(codec);
        heads = List.copyOf(heads);
        if (seeds.isEmpty() || codec.isEmpty() || heads.size() < 2 || trainingImages < 1 || testImages < 1) {
            throw new IllegalArgumentException(
                    "class lists need at least one seed, one class for the codec, two classes for heads, and one image per class");
        }
        if (codec.stream().anyMatch(Set.copyOf(heads)::contains)) {
            throw new IllegalArgumentException(
                    "a class is in the lists codec and heads: the classes of heads must be unseen");
        }
    }

    /** Reads class lists from a JSON file in the format of this package's resources. */
    public static ClassSplit read(Path file) throws IOException, EvaluationException {
        try (InputStream in = Files.newInputStream(file)) {
            return MAPPER.readValue(in, ClassSplit.class);
        } catch (ValueInstantiationException e) {
            throw unreadable(file, requireNonNullElse(e.getCause(), e).getMessage());
        } catch (JsonProcessingException e) {
            throw unreadable(file, e.getOriginalMessage());
        }
    }

    private static EvaluationException unreadable(Path file, @Nullable String reason) {
        return new EvaluationException(
                "Cannot read the class lists " + file + ": " + reason
                        + ". The file must have the form of cifar-100.json, which the documentation of evaluate --utility shows.");
    }

    /**
     * The built-in lists of the data set with exactly these classes. For other classes: the first 60 % by name for the
     * codec, the rest for heads.
     */
    public static ClassSplit of(String dataset, Set<String> classes) throws EvaluationException {
        if (classes.size() < FEWEST_CLASSES) {
            throw new EvaluationException("Cannot divide the " + classes.size() + " classes of " + dataset
                    + ": at least " + FEWEST_CLASSES + " are needed, one for the codec and two for heads.");
        }
        for (String known : KNOWN) {
            ClassSplit lists = resource(known);
            if (classes.equals(lists.all())) {
                return lists;
            }
        }
        List<String> sorted = classes.stream().sorted().toList();
        int cut = Math.max(1, sorted.size() * 6 / 10);
        return ClassSplitBuilder.builder()
                .name(dataset)
                .images("the first files by name")
                .trainingImages(MOST_IMAGES)
                .testImages(MOST_IMAGES)
                .seeds(List.of(1, 2, 3))
                .fewShot(List.of(5, 20))
                .codec(sorted.subList(0, cut))
                .heads(sorted.subList(cut, sorted.size()))
                .build();
    }

    private static ClassSplit resource(String name) {
        try (InputStream in = ClassSplit.class.getResourceAsStream(name + ".json")) {
            return MAPPER.readValue(in, ClassSplit.class);
        } catch (IOException e) {
            throw new IllegalStateException("the class lists of " + name + " are damaged", e);
        }
    }

    private Set<String> all() {
        return Set.copyOf(Stream.concat(codec.stream(), heads.stream()).toList());
    }
}
