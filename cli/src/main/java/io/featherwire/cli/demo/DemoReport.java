package io.featherwire.cli.demo;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The report of a demonstration; its component names are the keys of the JSON report and must stay stable.
 *
 * @param frames published
 * @param classified frames with a classification, each counted once
 * @param matched classified frames whose label is known, as the topic accuracy says
 * @param deadLetters frames that ended as dead letters
 * @param accuracy share of the matched frames that were right, as the topic accuracy says; null without labels
 * @param baselineAccuracy the same of the uncompressed path, over the same frames
 * @param accuracyDrop baseline minus accuracy
 * @param imageBytesMean of the image files
 * @param featureBytes of an uncompressed feature, float32
 * @param codeBytes of a code, float32
 * @param payloadBytesMean of the payloads
 * @param recordBytesMean of the features topic's log on the broker's disk, divided by the frames
 * @param reductionPercent of the payload against the feature
 * @param throughputImagesPerSecond from the first capture to the last classification
 * @param coldImagesPerSecond from the first capture until a third of the frames is classified that were fed as many as
 *     possible
 * @param steadyImagesPerSecond of the other two thirds
 * @param fedImagesPerSecond rate at which frames were fed; null where as many as possible were
 * @param firstClassificationMs from the start of the topics, the broker being up, to the first classification that a
 *     reader sees
 * @param latencyMsP50 from capture to classification, median; of the frames that were fed at a rate, without the first
 *     third where there are no others
 * @param latencyMsP99 the same, 99th percentile
 * @param meanBatchFill frames in a run of the compressor's network
 * @param bundle fingerprint
 * @param search whether symbols were looked for that keep the prediction of the bundle's own head
 * @param secondHead the head that was trained on the topics during the run; null where there was none
 * @param searches what a search over the payloads would find; null where there were too few images
 */
@JsonPropertyOrder(alphabetic = false)
@RecordBuilder
record DemoReport(
        String dataset,
        long frames,
        long classified,
        long matched,
        long deadLetters,
        @Nullable Double accuracy,
        @Nullable Double baselineAccuracy,
        @Nullable Double accuracyDrop,
        double imageBytesMean,
        int featureBytes,
        int codeBytes,
        double payloadBytesMean,
        double recordBytesMean,
        double reductionPercent,
        double throughputImagesPerSecond,
        double coldImagesPerSecond,
        double steadyImagesPerSecond,
        @Nullable Double fedImagesPerSecond,
        long firstClassificationMs,
        double latencyMsP50,
        double latencyMsP99,
        String device,
        int batchSize,
        double meanBatchFill,
        String bundle,
        int inputSize,
        List<Integer> featureShape,
        List<Integer> codeShape,
        boolean search,
        @Nullable SecondHead secondHead,
        @Nullable Searches searches) {

    /**
     * Searches by cosine among some of the run's images.
     *
     * @param images that were searched
     * @param overlap share of the ten nearest of uncompressed features that are among the ten nearest of the decoded ones
     */
    record Searches(int images, double overlap) {}

    /**
     * The results of a head that was trained on the payloads and labels of the first part of the run and used for the
     * frames after it.
     *
     * @param trainedOn frames
     * @param trainSeconds from reading the topics to the head's directory
     * @param frames that it classified and whose label is known
     * @param accuracy share of these that it got right, as the topic accuracy says; null without
     */
    record SecondHead(
            String fingerprint, long trainedOn, double trainSeconds, long frames, @Nullable Double accuracy) {}

    DemoReport {
        requireNonNull(dataset, "dataset");
        requireNonNull(device, "device");
        requireNonNull(bundle, "bundle");
        featureShape = List.copyOf(featureShape);
        codeShape = List.copyOf(codeShape);
    }

    /** Whether every frame was classified or dead-lettered. */
    @JsonIgnore
    boolean isComplete() {
        return classified + deadLetters == frames;
    }

    void writeTo(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), this);
    }
}
