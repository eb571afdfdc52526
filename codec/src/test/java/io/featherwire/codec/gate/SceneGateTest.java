package io.featherwire.codec.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.codec.gate.SceneGate.Decision;
import io.featherwire.codec.image.InputSpec;
import io.featherwire.codec.image.ResizeMethod;
import io.featherwire.codec.image.RgbImage;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SceneGateTest {

    private final SceneGate gate = new SceneGate(4, 0.02, 0.99, 250);

    @Test
    void shouldNoticeAChangeOfOneBlockAndIgnoreNoiseInAllBlocks() {
        // Given
        GreyThumbnail scene = view(image(320, 240, 0, 0));

        // Then
        assertThat(scene.difference(view(image(320, 240, 3, 0)))).isBetween(2.0, 4.0);
        assertThat(scene.difference(view(image(320, 240, 0, 60)))).isGreaterThan(20);
        assertThat(scene.difference(scene)).isZero();
    }

    @Test
    void shouldTakePicturesOfAnySize() {
        assertThat(view(image(1, 1, 0, 0)).grey()).hasSize(GreyThumbnail.BYTES);
        assertThat(view(image(63, 500, 0, 0)).grey()).hasSize(GreyThumbnail.BYTES);
        byte[] white = new byte[3 * 65 * 49];
        Arrays.fill(white, (byte) 0xFF);
        assertThat(view(new RgbImage(65, 49, white)).grey()).containsOnly((byte) 0xFF);
    }

    @Test
    void shouldTakePicturesOfTensOfMegapixelsInOneRow() {
        byte[] white = new byte[3 * 40_000_000];
        Arrays.fill(white, (byte) 0xFF);
        assertThat(view(new RgbImage(40_000_000, 1, white)).grey()).containsOnly((byte) 0xFF);
    }

    @Test
    void shouldNotSeeTheMarginsThatTheNetworkDoesNotSee() {
        // Given
        RgbImage still = image(768, 432, 0, 0);
        RgbImage passing = image(768, 432, 0, 0);
        for (int y = 0; y < 432; y++) {
            Arrays.fill(passing.rgb(), 3 * 768 * y, 3 * (768 * y + 190), (byte) 0xFF);
        }

        // Then: of 768 pixels in a row, the network sees 378
        InputSpec cropped = input("bilinear crop 256");
        assertThat(GreyThumbnail.of(passing, cropped).difference(GreyThumbnail.of(still, cropped)))
                .isZero();
        assertThat(GreyThumbnail.of(image(768, 432, 0, 60), cropped).difference(GreyThumbnail.of(still, cropped)))
                .isGreaterThan(20);
        for (String whole : List.of("bilinear", "bilinear letterbox 114")) {
            assertThat(GreyThumbnail.of(passing, input(whole)).difference(GreyThumbnail.of(still, input(whole))))
                    .isGreaterThan(20);
        }
    }

    @Test
    void shouldRepeatFramesOfAStillSceneAndStayOpenWhileTheyKeepTheirPrediction() {
        // When
        Outcome outcome = run(2_000, i -> 0, i -> true);

        // Then
        assertThat(outcome.closedAt).isEqualTo(-1);
        assertThat(outcome.repeats).isGreaterThan(1_800);
        assertThat(outcome.counts.agreement()).isEqualTo(1);
    }

    @Test
    void shouldCloseWithin200FramesWhereTheCameraMoves() {
        assertThat(run(300, i -> i * 20, i -> true).closedAt).isBetween(0, 199);
    }

    @Test
    void shouldCloseWithin200FramesWhereRepeatsHaveOtherPredictions() {
        assertThat(run(300, i -> 0, i -> i % 3 > 0).closedAt).isBetween(0, 199);
    }

    @Test
    void shouldOpenAgainAfterAWhile() {
        // Given
        GateCounts counts = gate.close(new GateCounts(200, 100, 40, 20, 0, 0));
        GreyThumbnail view = view(image(64, 48, 0, 0));

        // When
        int passed = 0;
        while (gate.decide(view, coded(view), counts, 1).decision() == Decision.PASS) {
            counts = gate.decide(view, coded(view), counts, 1).counts();
            passed++;
        }

        // Then
        assertThat(passed).isEqualTo(SceneGate.CLOSED_FOR - 1);
        assertThat(gate.close(new GateCounts(200, 2, 2, 0, 0, 0)).closedFrames())
                .isEqualTo(SceneGate.RESTS_FOR);
        assertThat(gate.isOpen(counts)).isTrue();
    }

    @Test
    void shouldCodeAFrameAfterTheMaximumNumberOfRepeats() {
        // Given
        GreyThumbnail view = view(image(64, 48, 0, 0));
        GateCounts counts = GateCounts.NONE;
        int longest = 0;
        int run = 0;

        // When
        for (int i = 0; i < 3_000; i++) {
            SceneGate.Step step = new SceneGate(4, 0, 0, 250).decide(view, coded(view), counts, 1);
            counts = step.counts();
            run = step.decision() == Decision.REPEAT ? run + 1 : 0;
            longest = Math.max(longest, run);
        }

        // Then
        assertThat(longest).isEqualTo(250);
    }

    @Test
    void shouldBoundAProportionAsTheTablesDo() {
        // From tables of Clopper and Pearson, one-sided 95 %.
        assertThat(BinomialBounds.lowerBound(1, 5)).isEqualTo(0.01021, within(1e-4));
        assertThat(BinomialBounds.lowerBound(5, 5)).isEqualTo(Math.pow(0.05, 0.2), within(1e-6));
        assertThat(BinomialBounds.lowerBound(0, 100)).isZero();
        assertThat(BinomialBounds.lowerBound(990, 1_000)).isEqualTo(0.98310, within(1e-5));
    }

    @Test
    void shouldKeepCountsAsBytes() {
        GateCounts counts = new GateCounts(1, 2, 3, 4, 5, 6);
        assertThat(GateCounts.of(counts.toBytes())).isEqualTo(counts);
    }

    @Test
    void shouldAllowALargerDifferenceFromAFrameWhosePredictionIsCertain() {
        // Given: 5 levels of difference in all blocks
        GreyThumbnail before = view(image(64, 48, 0, 0));
        GreyThumbnail after = view(image(64, 48, 5, 0));
        // Then: 4 levels at a margin of 2/3, and in proportion to it, up to 12
        assertThat(isLike(after, LastCodedFrame.unpredicted(before))).isFalse();
        assertThat(isLike(after, new LastCodedFrame(before, 0.8))).isFalse();
        assertThat(isLike(after, new LastCodedFrame(before, 0.9))).isTrue();
        assertThat(isLike(view(image(64, 48, 12, 0)), new LastCodedFrame(before, Double.POSITIVE_INFINITY)))
                .isTrue();
        assertThat(isLike(view(image(64, 48, 13, 0)), new LastCodedFrame(before, Double.POSITIVE_INFINITY)))
                .isFalse();
        assertThat(isLike(view(image(64, 48, 1, 0)), new LastCodedFrame(before, 0)))
                .isFalse();
    }

    private boolean isLike(GreyThumbnail view, LastCodedFrame last) {
        return gate.decide(view, last, GateCounts.NONE, 1).decision() != Decision.CODE;
    }

    private static LastCodedFrame coded(GreyThumbnail view) {
        return LastCodedFrame.unpredicted(view);
    }

    private static final class Outcome {
        private int closedAt = -1;
        private int repeats;
        private GateCounts counts = GateCounts.NONE;
    }

    /** @param shift grey levels of each frame; @param same whether the network predicts the same class as for the last coded frame */
    private Outcome run(int frames, IntUnaryOperator shift, IntPredicate same) {
        Outcome outcome = new Outcome();
        Random random = new Random(1);
        @Nullable LastCodedFrame last = null;
        for (int i = 0; i < frames && outcome.closedAt < 0; i++) {
            GreyThumbnail view = view(image(64, 48, shift.applyAsInt(i) % 200, 0));
            SceneGate.Step step = gate.decide(view, last, outcome.counts, random.nextDouble());
            outcome.counts = step.counts();
            outcome.repeats += step.decision() == Decision.REPEAT ? 1 : 0;
            if (step.decision() == Decision.AUDIT) {
                outcome.counts = gate.audited(outcome.counts, same.test(i));
            }
            if (step.decision() != Decision.REPEAT) {
                last = coded(view);
            }
            if (gate.reasonToClose(outcome.counts).isPresent()) {
                outcome.closedAt = i;
            }
        }
        return outcome;
    }

    /** A picture of grey 40 plus a shift, with a lighter square in the middle. */
    /** The input of a network that sees whole pictures. */
    private static GreyThumbnail view(RgbImage image) {
        return GreyThumbnail.of(image, input("bilinear"));
    }

    private static InputSpec input(String resize) {
        List<Float> same = List.of(0.5f, 0.5f, 0.5f);
        return InputSpec.of(224, same, same, ResizeMethod.parse(resize));
    }

    private static RgbImage image(int width, int height, int shift, int square) {
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean middle = Math.abs(2 * x - width) < width / 6 && Math.abs(2 * y - height) < height / 6;
                Arrays.fill(
                        rgb, 3 * (y * width + x), 3 * (y * width + x) + 3, (byte) (40 + shift + (middle ? square : 0)));
            }
        }
        return new RgbImage(width, height, rgb);
    }
}
