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
 * @param frames the number of published frames
 * @param classified the number of frames with a classification
 * @param matched the number of classified frames with a label, according to the topic accuracy
 * @param deadLetters the number of frames that ended as dead letters
 * @param accuracy the share of the matched frames whose classification is right, according to the topic accuracy; null
 *     without labels
 * @param baselineAccuracy the accuracy of the uncompressed path on the same frames; null without labels
 * @param accuracyDrop baselineAccuracy minus accuracy
 * @param imageBytesMean the mean size of an image file, in bytes
 * @param featureBytes the size of an uncompressed feature in float32, in bytes
 * @param codeBytes the size of a code in float32, in bytes
 * @param payloadBytesMean the mean size of a payload, in bytes
 * @param recordBytesMean the size of the features topic on the broker's disk divided by the number of classified
 *     frames, in bytes
 * @param reductionPercent how much smaller the mean payload is than the feature, in percent
 * @param throughputImagesPerSecond the throughput from the first capture to the last classification
 * @param coldImagesPerSecond the throughput of the first third of the frames that were fed without a rate limit
 * @param steadyImagesPerSecond the throughput of the other two thirds of these frames
 * @param fedImagesPerSecond the rate at which frames were fed for the latency; null if there was no such limit
 * @param firstClassificationMs the time from the moment when the broker was up to the first classification that a
 *     consumer reads, in milliseconds
 * @param latencyMsP50 the median time from capture to classification, in milliseconds: of the frames that were fed at a
 *     limited rate or, without such frames, of all frames but the first third
 * @param latencyMsP99 the 99th percentile of the same times, in milliseconds
 * @param meanBatchFill the mean number of frames in a run of the compressor's network
 * @param bundle the fingerprint of the bundle
 * @param search whether rate-distortion optimised quantisation was on
 * @param secondHead the head that was trained on the topics during the run; null if there was none
 * @param searches the quality of similarity search on the payloads; null if there were too few images
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
     * The quality of similarity search by cosine among some of the run's images.
     *
     * @param images the number of images among which was searched
     * @param overlap the share of the ten nearest neighbours by uncompressed features that are also among the ten
     *     nearest by decoded features
     */
    record Searches(int images, double overlap) {}

    /**
     * The results of a head that was trained on the payloads and labels of the first part of the run, and classified
     * the frames after it.
     *
     * @param trainedOn the number of training frames
     * @param trainSeconds the time from reading the topics to the finished head, in seconds
     * @param frames the number of frames that the head classified and that have a label
     * @param accuracy the share of these frames whose classification is right, according to the topic accuracy; null
     *     without such frames
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
