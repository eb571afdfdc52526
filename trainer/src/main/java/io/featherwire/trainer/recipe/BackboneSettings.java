package io.featherwire.trainer.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.featherwire.trainer.data.Augmentation;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the training of backbone and head.
 *
 * @param epochs number of passes over the training images, unless {@code images} is given
 * @param images number of images to process, counted each time they are used; 0 to use {@code epochs}
 * @param minutes maximum training time, 0 for no limit; the schedule ends at the first limit
 * @param batch number of images per step
 * @param optimizer {@code sgd} (Nesterov), {@code muon} or {@code adamw}
 * @param rate peak of the one-cycle learning rate, or constant learning rate
 * @param schedule {@code one-cycle} or {@code constant}
 * @param warmUp share of the one-cycle schedule in which the learning rate rises
 * @param momentum momentum of sgd and muon
 * @param weightDecay weight decay of kernels
 * @param labelSmoothing label smoothing, 0 to below 1
 * @param dropout dropout rate after the hidden fully connected layers
 * @param pad largest random shift, in pixels of the stored image
 * @param flip whether half of the images are mirrored
 * @param cutout side of a square that is set to the mean colour, in pixels of the stored image; 0 for none
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
        check(batch >= 2, "batch", batch, "at least 2, as batch normalisation requires");
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
        check(
                epochs > 0 || images > 0 || minutes > 0,
                "epochs",
                epochs,
                "positive, unless images or minutes are given");
    }

    private static void check(boolean right, String name, Object value, String rule) {
        if (!right) {
            throw new IllegalArgumentException("backbone." + name + " is " + value + "; it must be " + rule);
        }
    }

    public Augmentation augmentation() {
        return new Augmentation(pad, flip, cutout, false);
    }

    /**
     * A copy with another training length. If all arguments are null, the length stays; otherwise a null argument
     * removes its limit.
     */
    public BackboneSettings withLength(
            @Nullable Double newEpochs, @Nullable Long newImages, @Nullable Double newMinutes) {
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
