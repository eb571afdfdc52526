package io.featherwire.evaluation.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.bundler.fit.CodecFamily;
import io.featherwire.bundler.fit.FittedCode;
import io.featherwire.bundler.fit.ScalarSettings;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CodingTest {

    private static final SyntheticFeatures FEATURES = new SyntheticFeatures();
    private static final FloatMatrix CODEC = FEATURES.of(0, 6, 200, 1);
    private static final ImageSubset TEST = ImageSubset.of(FEATURES.of(6, 4, 40, 3), SyntheticFeatures.labels(4, 40));

    private static CodecFamily codecs;

    @BeforeAll
    static void fit() {
        codecs = CodecFamily.withoutCompanding(CODEC.values().clone(), CODEC.length());
    }

    @AfterAll
    static void close() {
        codecs.close();
    }

    private static double error(DecodedFeatures coded) {
        return error(TEST, coded);
    }

    private static double error(ImageSubset part, DecodedFeatures coded) {
        return FeatureLoss.of(part.features(), coded.features(), CODEC.mean()).error();
    }

    private static double bytes(DecodedFeatures coded) {
        return Arrays.stream(coded.bytes()).average().orElseThrow();
    }

    @Test
    void shouldReachTheRateWithLessErrorThanRounding() {
        // Given other images of the codec's classes, and the same number of bytes
        ImageSubset own = ImageSubset.of(FEATURES.of(0, 6, 40, 9), new int[0]);
        ScalarSettings plain = new ScalarSettings(ScalarSettings.DEFAULT.lambda(), 0);
        DecodedFeatures ours = new ScalarCoding("", "", codecs, codecs.forTargetBytes(6, plain)).encodeAndDecode(own);
        DecodedFeatures rounded = new ScalarCoding("", "", codecs, codecs.forTargetBytes(6, ScalarSettings.ROUNDING))
                .encodeAndDecode(own);

        // Then
        assertThat(bytes(ours)).isBetween(5.6, 6.4);
        assertThat(bytes(rounded)).isBetween(5.6, 6.4);
        assertThat(error(own, ours)).isLessThan(0.9 * error(own, rounded));
    }

    @Test
    void shouldSpendAByteForEachSubVectorAndLoseLessWithMoreOfThem() {
        DecodedFeatures few = ProductQuantisation.withoutRotation(codecs, 2).encodeAndDecode(TEST);
        DecodedFeatures more = ProductQuantisation.withoutRotation(codecs, 8).encodeAndDecode(TEST);

        assertThat(few.bytes()).containsOnly(2);
        assertThat(more.bytes()).containsOnly(8);
        assertThat(error(more)).isLessThan(0.5 * error(few)).isPositive();
    }

    @Test
    void shouldReduceTheErrorByTheOptimisedRotation() {
        // Given the codec's own images, to which centroids and rotation are fitted
        ImageSubset own = ImageSubset.of(CODEC, new int[0]);
        double plain = error(own, ProductQuantisation.withoutRotation(codecs, 4).encodeAndDecode(own));
        DecodedFeatures rotated = ProductQuantisation.withRotation(codecs, 4).encodeAndDecode(own);

        assertThat(rotated.bytes()).containsOnly(4);
        assertThat(error(own, rotated)).isLessThan(plain);
    }

    @Test
    void shouldSpendAsManyBytesInTheLibrarysProductQuantisation() {
        DecodedFeatures few = new JVectorQuantisation(CODEC, 2).encodeAndDecode(TEST);
        DecodedFeatures more = new JVectorQuantisation(CODEC, 8).encodeAndDecode(TEST);

        assertThat(few.bytes()).containsOnly(2);
        assertThat(more.bytes()).containsOnly(8);
        assertThat(error(more)).isLessThan(0.7 * error(few)).isPositive();
    }

    @Test
    void shouldReduceTheErrorByEntropyConstraintAtEqualBytes() {
        // Given other images of the codec's classes
        ImageSubset own = ImageSubset.of(FEATURES.of(0, 6, 40, 9), new int[0]);
        DecodedFeatures plain = ProductQuantisation.withoutRotation(codecs, 4).encodeAndDecode(own);

        DecodedFeatures priced = new EntropyConstrainedQuantisation(codecs, 4).encodeAndDecode(own);

        assertThat(bytes(priced)).isBetween(3.5, 4.5);
        assertThat(error(own, priced)).isLessThan(error(own, plain));
    }

    @Test
    void shouldInvertARotation() {
        FloatMatrix codes = new FloatMatrix(codecs.trainingCodes(), codecs.coefficients());
        Rotation rotation = Rotation.of(codecs.products(), codes, new SubVectors(6, codes.length()));

        // Then: the rotation keeps lengths, and the inverse restores the vectors
        FloatMatrix turned = rotation.rotate(codecs.products(), codes);
        assertThat(turned.values()).isNotEqualTo(codes.values());
        assertThat(rotation.rotateBack(codecs.products(), turned).row(5)).containsExactly(codes.row(5), within(1e-3f));
        assertThat(length(turned.row(9))).isCloseTo(length(codes.row(9)), within(1e-3));
    }

    private static double length(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    @Test
    void shouldLimitPayloadsOfAFineCodecToATargetSize() {
        FittedCode fine = codecs.forTargetBytes(10, ScalarSettings.DEFAULT);
        DecodedFeatures whole = new ScalarCoding("", "", codecs, fine).encodeAndDecode(TEST);
        int target = (int) Math.round(bytes(whole));
        DecodedFeatures held = new ScalarCoding("", "", codecs, fine, target).encodeAndDecode(TEST);

        assertThat(Arrays.stream(whole.bytes()).max().orElseThrow()).isGreaterThan(target);
        assertThat(Arrays.stream(held.bytes()).max().orElseThrow()).isLessThanOrEqualTo(target);
        assertThat(error(held)).isBetween(error(whole), 0.9);
    }

    @Test
    void shouldLoseOnlyTheDiscardedComponents() {
        DecodedFeatures few = new PrincipalComponentCoding(codecs, 4).encodeAndDecode(TEST);
        DecodedFeatures all = new PrincipalComponentCoding(codecs, 2 * SyntheticFeatures.LENGTH).encodeAndDecode(TEST);

        assertThat(few.bytes()).containsOnly(4);
        assertThat(error(few)).isBetween(0.1, 0.9);
        assertThat(error(all)).isLessThan(1e-4);
    }

    @Test
    void shouldKeepOneBitPerValue() {
        DecodedFeatures coded = new SignCoding(CODEC).encodeAndDecode(TEST);

        assertThat(coded.bytes()).containsOnly(SyntheticFeatures.LENGTH / 8);
        assertThat(error(coded)).isBetween(0.2, 0.8);
    }

    @Test
    void shouldDecodeZstdToTheNearestLevel() {
        double[] errors = new double[PackedZstd.Precision.values().length];
        for (PackedZstd.Precision number : PackedZstd.Precision.values()) {
            // The codec's own images lie within the range of the quantiser.
            ImageSubset own = ImageSubset.of(CODEC, new int[0]);
            errors[number.ordinal()] = error(own, new PackedZstd(CODEC, number).encodeAndDecode(own));
        }
        // With 4 instead of 8 bits, steps are 17 times and squared errors 289 times as large.
        assertThat(errors[PackedZstd.Precision.INT4.ordinal()]).isBetween(1e-4, 0.05);
        assertThat(errors[PackedZstd.Precision.INT4.ordinal()] / errors[PackedZstd.Precision.INT8.ordinal()])
                .isBetween(100.0, 600.0);
        assertThat(errors[PackedZstd.Precision.FLOAT16.ordinal()]).isLessThan(1e-6);
    }
}
