package io.featherwire.producer;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a run of the publisher.
 *
 * @param images the number of images that were handed to Kafka; {@code imagesAcknowledged} of them are stored
 * @param imageBytes the total size of these images, in bytes, without the framing of records
 * @param sentBytes the total size of the values of their records (image frames or features), in bytes
 * @param skippedImages the number of images that were skipped
 * @param skipped the first skipped images, and why each was skipped
 * @param remarks sentences about everything else that was skipped
 * @param unreadable the number of files and folders of the source that could not be read
 * @param failure why the first lost record was lost; null if none was lost
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

    /** Whether Kafka has stored all published images and labels. */
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
