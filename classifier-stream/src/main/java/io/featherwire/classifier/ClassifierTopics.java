package io.featherwire.classifier;

/** The names of the topics that the classifier reads and writes. */
public record ClassifierTopics(
        String features,
        String labels,
        String classifications,
        String accuracyParts,
        String accuracy,
        String deadLetters) {
    /** The names that the documentation uses. */
    public static final ClassifierTopics STANDARD =
            new ClassifierTopics("features", "labels", "classifications", "accuracy-parts", "accuracy", "dead-letters");
}
