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
 * @param skipBad whether images that cannot be used are left out instead of refusing all of them together
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
        boolean skipBad,
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

    /** A recipe as it is, but for what the builder is told. */
    public static Builder builder(String recipe, String data, Path out) {
        return new Builder(recipe, data, out);
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

    /** Options one by one, by their names; what is not set is as the recipe says. */
    public static final class Builder {
        private final String recipe;
        private final String data;
        private final Path out;
        private @Nullable String name;
        private @Nullable Integer inputSize;
        private @Nullable Double width;
        private @Nullable Integer hidden;
        private @Nullable Double epochs;
        private @Nullable Long images;
        private @Nullable Double minutes;
        private @Nullable Instant until;
        private @Nullable String bottleneck;
        private @Nullable Boolean tuneHead;
        private int bottleneckSeeds = 1;
        private @Nullable Boolean compact;
        private @Nullable String normalisation;
        private long seed = 1;
        private int threads;
        private Device device = Device.CPU;
        private @Nullable Path checkpoints;
        private double checkpointMinutes = 10;
        private boolean resume;
        private boolean again;
        private @Nullable Path start;
        private boolean skipBad;
        private @Nullable Path backbone;
        private @Nullable Path head;

        private Builder(String recipe, String data, Path out) {
            this.recipe = recipe;
            this.data = data;
            this.out = out;
        }

        public Builder name(@Nullable String value) {
            name = value;
            return this;
        }

        public Builder inputSize(@Nullable Integer value) {
            inputSize = value;
            return this;
        }

        public Builder width(@Nullable Double value) {
            width = value;
            return this;
        }

        public Builder hidden(@Nullable Integer value) {
            hidden = value;
            return this;
        }

        public Builder epochs(@Nullable Double value) {
            epochs = value;
            return this;
        }

        public Builder images(@Nullable Long value) {
            images = value;
            return this;
        }

        public Builder minutes(@Nullable Double value) {
            minutes = value;
            return this;
        }

        public Builder until(@Nullable Instant value) {
            until = value;
            return this;
        }

        public Builder bottleneck(@Nullable String value) {
            bottleneck = value;
            return this;
        }

        public Builder tuneHead(@Nullable Boolean value) {
            tuneHead = value;
            return this;
        }

        public Builder bottleneckSeeds(int value) {
            bottleneckSeeds = value;
            return this;
        }

        public Builder compact(@Nullable Boolean value) {
            compact = value;
            return this;
        }

        public Builder normalisation(@Nullable String value) {
            normalisation = value;
            return this;
        }

        public Builder seed(long value) {
            seed = value;
            return this;
        }

        public Builder threads(int value) {
            threads = value;
            return this;
        }

        public Builder device(Device value) {
            device = value;
            return this;
        }

        public Builder checkpoints(@Nullable Path value) {
            checkpoints = value;
            return this;
        }

        public Builder checkpointMinutes(double value) {
            checkpointMinutes = value;
            return this;
        }

        public Builder resume(boolean value) {
            resume = value;
            return this;
        }

        public Builder again(boolean value) {
            again = value;
            return this;
        }

        public Builder start(@Nullable Path value) {
            start = value;
            return this;
        }

        public Builder skipBad(boolean value) {
            skipBad = value;
            return this;
        }

        public Builder backbone(@Nullable Path value) {
            backbone = value;
            return this;
        }

        public Builder head(@Nullable Path value) {
            head = value;
            return this;
        }

        /** @throws IllegalArgumentException if the options contradict each other */
        public TrainOptions build() {
            return new TrainOptions(
                    recipe,
                    data,
                    out,
                    name,
                    inputSize,
                    width,
                    hidden,
                    epochs,
                    images,
                    minutes,
                    until,
                    bottleneck,
                    tuneHead,
                    bottleneckSeeds,
                    compact,
                    normalisation,
                    seed,
                    threads,
                    device,
                    checkpoints,
                    checkpointMinutes,
                    resume,
                    again,
                    start,
                    skipBad,
                    backbone,
                    head);
        }
    }
}
