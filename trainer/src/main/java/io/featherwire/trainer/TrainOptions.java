package io.featherwire.trainer;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.onnx.Device;
import io.featherwire.trainer.data.Normalisation;
import io.featherwire.trainer.recipe.Recipe;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks of a training; what is null is as the recipe says.
 *
 * @param recipe built-in name or YAML file
 * @param data data set, as {@code Datasets.open} takes it
 * @param out directory of the bundle to be made
 * @param name of the bundle, null for its directory's
 * @param inputSize side of the input
 * @param width factor on the channel counts
 * @param hidden width of the fully connected layers
 * @param epochs of the backbone
 * @param images image passes of the backbone
 * @param minutes training time of the backbone
 * @param until wall-clock end of the backbone's training
 * @param bottleneck kind of the autoencoder's training
 * @param tuneHead whether the head is tuned with the decoder
 * @param bottleneckSeeds autoencoders to train, for the spread; the first one is the bundle's
 * @param compact whether weights are stored as bytes, with int8 and float16 variants of the compressor
 * @param normalisation {@code data}, {@code imagenet}, or six numbers; null for data, for imported backbones imagenet
 * @param seed of split, order, augmentation and initial weights
 * @param threads threads of the training, 0 for one per core
 * @param device of the passes through the frozen backbone, whose features the autoencoder learns from
 * @param checkpoints directory of checkpoints, null for one beside the bundle
 * @param checkpointMinutes time between checkpoints
 * @param resume whether to go on from the newest checkpoint
 * @param again whether, on resuming, the learning rate's cycle begins anew: for a longer training of a finished network
 * @param start directory of a bundle whose backbone and head, widened to the recipe's, the training begins with
 * @param backbone ONNX file of a trained VGG16 backbone, instead of training one
 * @param head ONNX file of its trained fully connected layers
 */
public record TrainOptions(
        String recipe,
        String data,
        Path out,
        @Nullable String name,
        @Nullable Integer inputSize,
        @Nullable Double width,
        @Nullable Integer hidden,
        @Nullable Double epochs,
        @Nullable Long images,
        @Nullable Double minutes,
        @Nullable Instant until,
        @Nullable String bottleneck,
        @Nullable Boolean tuneHead,
        int bottleneckSeeds,
        @Nullable Boolean compact,
        @Nullable String normalisation,
        long seed,
        int threads,
        Device device,
        @Nullable Path checkpoints,
        double checkpointMinutes,
        boolean resume,
        boolean again,
        @Nullable Path start,
        @Nullable Path backbone,
        @Nullable Path head) {
    public TrainOptions {
        requireNonNull(recipe, "recipe");
        requireNonNull(data, "data");
        requireNonNull(out, "out");
        requireNonNull(device, "device");
        if (again && !resume) {
            throw new IllegalArgumentException("another cycle needs a checkpoint to begin from: give --resume too");
        }
        if (start != null && backbone != null) {
            throw new IllegalArgumentException("a backbone is either imported as it is or trained on from a bundle:"
                    + " give --backbone or --start");
        }
        if (bottleneckSeeds < 1) {
            throw new IllegalArgumentException("bottleneck seeds is " + bottleneckSeeds + "; it must be at least 1");
        }
        if (threads < 0 || !(checkpointMinutes > 0)) {
            throw new IllegalArgumentException("threads is " + threads + " and checkpoint minutes " + checkpointMinutes
                    + "; they must be at least 0 and above 0");
        }
    }

    /** A recipe as it is. */
    public static TrainOptions of(String recipe, String data, Path out) {
        return new TrainOptions(
                recipe,
                data,
                out,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                1,
                null,
                null,
                1,
                0,
                Device.CPU,
                null,
                10,
                false,
                false,
                null,
                null,
                null);
    }

    /** The normalisation asked for, or null to measure it. */
    @Nullable
    Normalisation normalisationOr() {
        String text = normalisation != null ? normalisation : backbone != null ? "imagenet" : "data";
        return text.equals("data") ? null : Normalisation.parse(text);
    }

    /** The recipe with what these options change. */
    Recipe changed(Recipe base) {
        return base.changed(
                inputSize,
                width,
                hidden,
                compact,
                base.backbone().lasting(epochs, images, minutes),
                base.bottleneck().changed(bottleneck, tuneHead));
    }
}
