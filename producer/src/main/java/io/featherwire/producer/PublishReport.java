package io.featherwire.producer;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a run.
 *
 * @param images handed to Kafka, of which {@code imagesAcknowledged} are stored
 * @param imageBytes of all images handed over, before any framing
 * @param sentBytes of the sent records' values: image frames or features
 * @param skippedImages images that were not handed over
 * @param skipped the first of them, and why
 * @param remarks what else was skipped, a sentence each
 * @param unreadable files and folders of the source that could not be read
 * @param failure why the first lost record was lost
 */
@RecordBuilder
public record PublishReport(
        long images,
        long imagesAcknowledged,
        long imageBytes,
        long sentBytes,
        long labels,
        long labelsAcknowledged,
        long skippedImages,
        List<String> skipped,
        List<String> remarks,
        long unreadable,
        @Nullable String failure,
        Duration elapsed) {

    public PublishReport {
        skipped = List.copyOf(skipped);
        remarks = List.copyOf(remarks);
    }

    /** Whether everything that was handed to Kafka is stored. */
    public boolean isComplete() {
        return failure == null && images == imagesAcknowledged && labels == labelsAcknowledged;
    }

    @Override
    public String toString() {
        double seconds = Math.max(1e-3, elapsed.toMillis() / 1e3);
        return String.format(
                Locale.ROOT,
                "sent %,d images (%,d acknowledged) and %,d labels (%,d acknowledged) in %.1f s, %,.0f images/s, "
                        + "%,d bytes of images in %,d bytes of records%s%s",
                images,
                imagesAcknowledged,
                labels,
                labelsAcknowledged,
                seconds,
                images / seconds,
                imageBytes,
                sentBytes,
                skippedImages == 0 ? "" : ", " + skippedImages + " skipped",
                failure == null ? "" : "; lost: " + failure);
    }
}
