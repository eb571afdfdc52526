package io.featherwire.trainer.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.featherwire.codec.bundle.SearchSpec;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the autoencoder is trained on cached features, backbone and head frozen.
 *
 * @param kind {@code paper}: mean squared error of the features alone, quantised afterwards; {@code rate-aware}: bits, feature
 *     error and divergence of the head's output, without labels; {@code task-aware}: cross-entropy too
 * @param epochs passes over the cached features
 * @param batch features per step
 * @param rate learning rate of Adam: peak of a one-cycle schedule, or constant
 * @param schedule {@code one-cycle} or {@code constant}
 * @param featureWeight bits per image that one unit of relative feature error is worth
 * @param posteriorWeight bits per image that one nat of divergence is worth
 * @param labelWeight bits per image that one nat of cross-entropy is worth (task-aware)
 * @param tuneEpochs passes over quantised codes in which the decoder alone goes on learning, 0 for none
 * @param tuneHead whether the head learns with it (task-aware)
 * @param wholeFeature whether the code has one position, of the whole feature, and not the paper's 3×3; where the feature is 3×3 or smaller than that it is the
 *     same
 * @param rdoq bits that the compressor may spend on a nat of divergence by rate-distortion optimised quantisation; 0: rounding alone decides; {@code search} is its deprecated key
 * @param start {@code linear}: where the code has one position, the best linear code for this head; {@code random}: noise
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
            throw new IllegalArgumentException("bottleneck.epochs is 0: a random start must be trained");
        }
        if (!schedule.equals("one-cycle") && !schedule.equals("constant")) {
            throw new IllegalArgumentException(
                    "bottleneck.schedule is " + schedule + "; it must be one-cycle or constant");
        }
        if (!(featureWeight >= 0 && posteriorWeight >= 0 && labelWeight >= 0)) {
            throw new IllegalArgumentException("the bottleneck's weights must not be negative");
        }
        if (!(rdoq >= 0) || Double.isInfinite(rdoq)) {
            throw new IllegalArgumentException("bottleneck.rdoq is " + rdoq + "; it must be 0 or more bits per nat");
        }
        if (!(tuneEpochs >= 0)) {
            throw new IllegalArgumentException("bottleneck.tuneEpochs is " + tuneEpochs + "; it must not be negative");
        }
        if (tuneHead && (!kind.equals(TASK_AWARE) || tuneEpochs == 0)) {
            throw new IllegalArgumentException(
                    "bottleneck.tuneHead needs labels and time: kind task-aware, and tuneEpochs above 0");
        }
        if (!kind.equals(PAPER) && featureWeight + posteriorWeight == 0) {
            throw new IllegalArgumentException(
                    "bottleneck.kind is " + kind + ", but featureWeight and posteriorWeight are 0:"
                            + " only bits would count, and none would be left; 10 and 400 are a good start");
        }
    }

    /** The same, of another kind, or with or without the head's tuning; what is null stays. */
    public BottleneckSettings changed(@Nullable String newKind, @Nullable Boolean newTuneHead) {
        return BottleneckSettingsBuilder.builder(this)
                .kind(newKind == null ? kind : newKind)
                .tuneHead(newTuneHead == null ? tuneHead : newTuneHead)
                .build();
    }

    /** What bundles say of {@link #rdoq()}, null for none. */
    public @Nullable SearchSpec searchSpec() {
        return rdoq == 0 ? null : new SearchSpec(rdoq);
    }

    @Override
    public String start() {
        return requireNonNull(start, "start");
    }
}
