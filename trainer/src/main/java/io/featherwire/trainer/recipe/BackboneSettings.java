package io.featherwire.trainer.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.featherwire.trainer.data.Augmentation;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How backbone and head are trained.
 *
 * @param epochs passes over the training images, unless images are given
 * @param images image passes, 0 to count by epochs
 * @param minutes at most so much training time, 0 for no limit; the schedule is fitted into whichever ends first
 * @param batch images per step
 * @param optimizer {@code sgd} (Nesterov), {@code muon} or {@code adamw}
 * @param rate peak of the one-cycle learning rate, or the constant one
 * @param schedule {@code one-cycle} or {@code constant}
 * @param warmUp share of the one-cycle schedule spent rising
 * @param momentum of sgd and muon
 * @param weightDecay of kernels only
 * @param labelSmoothing 0 to below 1
 * @param dropout after the hidden fully connected layers
 * @param pad largest random shift, in pixels of the stored image
 * @param flip whether half of the images are mirrored
 * @param cutout side of a square that is blanked, 0 for none
 */
@RecordBuilder
public record BackboneSettings(
        double epochs,
        long images,
        double minutes,
        @JsonProperty(required = true) int batch,
        @JsonProperty(required = true) String optimizer,
        @JsonProperty(required = true) double rate,
        @JsonProperty(required = true) String schedule,
        double warmUp,
        double momentum,
        double weightDecay,
        double labelSmoothing,
        double dropout,
        int pad,
        boolean flip,
        int cutout) {
    private static final List<String> OPTIMIZERS = List.of("sgd", "muon", "adamw");

    public BackboneSettings {
        check(batch >= 2, "batch", batch, "at least 2, since batch normalisation needs as many");
        check(OPTIMIZERS.contains(optimizer), "optimizer", optimizer, "one of " + String.join(", ", OPTIMIZERS));
        check(
                schedule.equals("one-cycle") || schedule.equals("constant"),
                "schedule",
                schedule,
                "one-cycle or constant");
        check(rate > 0, "rate", rate, "positive");
        check(warmUp >= 0 && warmUp < 1, "warmUp", warmUp, "within [0, 1)");
        check(labelSmoothing >= 0 && labelSmoothing < 1, "labelSmoothing", labelSmoothing, "within [0, 1)");
        check(dropout >= 0 && dropout < 1, "dropout", dropout, "within [0, 1)");
        check(epochs > 0 || images > 0 || minutes > 0, "epochs", epochs, "positive, or images or minutes given");
    }

    private static void check(boolean right, String name, Object value, String rule) {
        if (!right) {
            throw new IllegalArgumentException("backbone." + name + " is " + value + "; it must be " + rule);
        }
    }

    public Augmentation augmentation() {
        return new Augmentation(pad, flip, cutout, false);
    }

    /** A copy with another training length; null keeps a value. Epochs or images given alone lift a time limit, and the other way round. */
    public BackboneSettings lasting(@Nullable Double newEpochs, @Nullable Long newImages, @Nullable Double newMinutes) {
        if (newEpochs == null && newImages == null && newMinutes == null) {
            return this;
        }
        return BackboneSettingsBuilder.builder(this)
                .epochs(newEpochs == null ? 0 : newEpochs)
                .images(newImages == null ? 0 : newImages)
                .minutes(newMinutes == null ? 0 : newMinutes)
                .build();
    }
}
