package io.featherwire.trainer.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.featherwire.codec.bundle.RdoqSettings;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the autoencoder's training on cached features, with frozen backbone and head.
 *
 * @param kind loss: {@code paper} for the mean squared error of the features, with quantisation after the training;
 *     {@code rate-aware} for bits, feature error and divergence of the head's output, without labels; {@code
 *     task-aware} for these and cross-entropy
 * @param epochs number of passes over the cached features
 * @param batch number of features per step
 * @param rate learning rate of Adam: peak of a one-cycle schedule, or constant learning rate
 * @param schedule {@code one-cycle} or {@code constant}
 * @param featureWeight weight of the relative feature error in the loss, in bits per image
 * @param posteriorWeight weight of the divergence in the loss, in bits per nat
 * @param labelWeight weight of the cross-entropy in the loss, in bits per nat (task-aware)
 * @param tuneEpochs number of passes over quantised codes in which only the decoder is trained, 0 for none
 * @param tuneHead whether the head is trained together with the decoder in these passes (task-aware)
 * @param wholeFeature whether the last encoder kernel covers the whole feature, so that the code has one position;
 *     otherwise it is 3×3 as in the paper
 * @param rdoq weight of the divergence in rate-distortion optimised quantisation, in bits per nat; 0 for plain
 *     rounding; {@code search} is the deprecated key
 * @param start initial weights: {@code linear} for the best linear code for this head, if the code has one position;
 *     {@code random} for random weights
 */
@RecordBuilder
public record BottleneckSettings(
        @JsonProperty(required = true) String kind,
        @JsonProperty(required = true) double epochs,
        @JsonProperty(required = true) int batch,
        @JsonProperty(required = true) double rate,
        @JsonProperty(required = true) String schedule,
        double featureWeight,
        double posteriorWeight,
        double labelWeight,
        double tuneEpochs,
        boolean tuneHead,
        boolean wholeFeature,
        @JsonAlias("search") double rdoq,
        @Nullable String start) {
    public static final String PAPER = "paper";
    public static final String RATE_AWARE = "rate-aware";
    public static final String TASK_AWARE = "task-aware";
    public static final String LINEAR = "linear";
    public static final String RANDOM = "random";
    private static final List<String> KINDS = List.of(PAPER, RATE_AWARE, TASK_AWARE);

    public BottleneckSettings {
        start = start == null ? LINEAR : start;
        if (!start.equals(LINEAR) && !start.equals(RANDOM)) {
            throw new IllegalArgumentException("bottleneck.start is " + start + "; it must be linear or random");
        }
        if (!KINDS.contains(kind)) {
            throw new IllegalArgumentException("bottleneck.kind is " + kind + "; it must be one of " + KINDS);
        }
        if (!(epochs >= 0) || batch < 1 || !(rate > 0)) {
            throw new IllegalArgumentException("bottleneck.epochs is " + epochs + ", batch " + batch + ", rate " + rate
                    + "; epochs must not be negative, batch and rate must be positive");
        }
        if (epochs == 0 && start.equals(RANDOM)) {
            throw new IllegalArgumentException(
                    "bottleneck.epochs is 0; it must be positive with bottleneck.start random");
        }
        if (!schedule.equals("one-cycle") && !schedule.equals("constant")) {
            throw new IllegalArgumentException(
                    "bottleneck.schedule is " + schedule + "; it must be one-cycle or constant");
        }
        if (!(featureWeight >= 0 && posteriorWeight >= 0 && labelWeight >= 0)) {
            throw new IllegalArgumentException(
                    "bottleneck.featureWeight, posteriorWeight and labelWeight must not be negative");
        }
        if (!(rdoq >= 0) || Double.isInfinite(rdoq)) {
            throw new IllegalArgumentException("bottleneck.rdoq is " + rdoq + "; it must be 0 or more bits per nat");
        }
        if (!(tuneEpochs >= 0)) {
            throw new IllegalArgumentException("bottleneck.tuneEpochs is " + tuneEpochs + "; it must not be negative");
        }
        if (tuneHead && (!kind.equals(TASK_AWARE) || tuneEpochs == 0)) {
            throw new IllegalArgumentException("bottleneck.tuneHead needs kind task-aware and tuneEpochs above 0");
        }
        if (!kind.equals(PAPER) && featureWeight + posteriorWeight == 0) {
            throw new IllegalArgumentException(
                    "bottleneck.kind is " + kind + ", but featureWeight and posteriorWeight are 0,"
                            + " so that the loss would contain only bits; try 10 and 400");
        }
    }

    /** A copy with another kind or another {@code tuneHead}. Null keeps a value. */
    public BottleneckSettings with(@Nullable String newKind, @Nullable Boolean newTuneHead) {
        return BottleneckSettingsBuilder.builder(this)
                .kind(newKind == null ? kind : newKind)
                .tuneHead(newTuneHead == null ? tuneHead : newTuneHead)
                .build();
    }

    /** The RDOQ settings for the bundle's manifest, null for none. */
    public @Nullable RdoqSettings searchSpec() {
        return rdoq == 0 ? null : new RdoqSettings(rdoq);
    }

    @Override
    public String start() {
        return requireNonNull(start, "start");
    }
}
