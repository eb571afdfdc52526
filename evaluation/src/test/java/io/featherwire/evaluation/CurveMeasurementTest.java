package io.featherwire.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.datasets.LabelledImage;
import io.featherwire.evaluation.CurvePoint.Kind;
import io.featherwire.evaluation.statistics.Proportion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurveMeasurementTest {

    private static final CurveOptions CURVE =
            new CurveOptions(20, 60, List.of(1, 4), List.of(1.0, 8.0), List.of(20, 90), List.of(1.0, 0.5));

    @TempDir
    private Path directory;

    private RateCurve curve(List<LabelledImage> images) throws Exception {
        return Evaluation.run(
                        TinyBundle.write(directory),
                        TinyImages.data(images),
                        EvaluationOptions.DEFAULT.withDevice(Device.CPU).withCurve(CURVE),
                        EvaluationListener.SILENT)
                .curve();
    }

    private static List<CurvePoint> points(RateCurve curve, Predicate<CurvePoint> wanted) {
        return curve.points().stream().filter(wanted).toList();
    }

    private static CurvePoint point(RateCurve curve, Kind kind, String label) {
        return points(curve, point -> point.kind() == kind && point.label().equals(label))
                .get(0);
    }

    @Test
    void shouldMeasureEveryPointOnTheSameImages() throws Exception {
        RateCurve curve = curve(TinyImages.labelled(30, 1));

        assertThat(curve.images()).isEqualTo(20);
        assertThat(curve.points()).allSatisfy(point -> {
            assertThat(point.outcome().total()).isEqualTo(20);
            assertThat(point.outcome().before()).isEqualTo(curve.uncompressed());
            assertThat(point.bytes()).isPositive();
        });
        assertThat(curve.points())
                .extracting(CurvePoint::kind)
                .containsAll(EnumSet.complementOf(EnumSet.of(Kind.BUNDLE)));
        assertThat(curve.points())
                .extracting(point -> point.series() + point.label())
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldAddOtherBundlesWithTheirDefaultMode() throws Exception {
        EvaluationData data = TinyImages.data(TinyImages.labelled(20, 1));
        Bundle bundle = TinyBundle.write(directory);
        EvaluationOptions options = EvaluationOptions.DEFAULT.withDevice(Device.CPU);
        EvaluationResult other = Evaluation.run(bundle, data, options, EvaluationListener.SILENT);

        EvaluationResult result = Evaluation.run(bundle, data, options.withCurve(CURVE), EvaluationListener.SILENT)
                .withComparison(List.of(other));

        CurvePoint point = point(result.curve(), Kind.BUNDLE, bundle.manifest().name());
        assertThat(point.bytes()).isEqualTo(other.pathAsSent().bytes().mean());
        assertThat(point.accuracy()).isEqualTo(other.pathAsSent().accuracy());
        assertThatThrownBy(() -> other.withComparison(List.of(other))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldCountRealPayloadBytes() throws Exception {
        RateCurve curve = curve(TinyImages.labelled(20, 1));

        assertThat(point(curve, Kind.MODE, "f32").bytes()).isEqualTo(51);
        assertThat(point(curve, Kind.MODE, "u8").bytes()).isEqualTo(15);
        assertThat(point(curve, Kind.RGB, "raw RGB").bytes()).isEqualTo(768);
        assertThat(point(curve, Kind.FEATURE, "raw feature").bytes()).isEqualTo(48);
        assertThat(point(curve, Kind.PACKED, "1 bit").bytes())
                .isLessThan(point(curve, Kind.PACKED, "4 bit").bytes());
    }

    @Test
    void shouldGetFewerBytesFromCoarserSteps() throws Exception {
        RateCurve curve = curve(TinyImages.labelled(20, 1));
        List<CurvePoint> steps = points(curve, point -> point.kind() == Kind.ENTROPY);

        assertThat(steps).hasSize(2);
        assertThat(steps.get(1).bytes()).isLessThan(steps.get(0).bytes());
    }

    @Test
    void shouldKeepMorePredictionsWithRdoqThanWithout() throws Exception {
        RateCurve curve = curve(TinyImages.labelled(20, 1));
        CurvePoint coarse = point(curve, Kind.ENTROPY, "step ×8.00");

        assertThat(point(curve, Kind.SEARCHED, "step ×8.00").agreement().value())
                .isGreaterThanOrEqualTo(coarse.agreement().value());
        assertThat(point(curve, Kind.SEARCHED, "step ×1.00"))
                .usingRecursiveComparison()
                .ignoringFields("kind", "series")
                .isEqualTo(point(curve, Kind.ENTROPY, "step ×1.00"));
    }

    @Test
    void shouldLoseNothingInPngFilesAndCountJpegHeadersSeparately() throws Exception {
        RateCurve curve = curve(TinyImages.labelled(20, 1));

        assertThat(point(curve, Kind.PNG, "16×16").agreement()).isEqualTo(new Proportion(20, 20));
        for (CurvePoint jpeg : points(curve, point -> point.kind() == Kind.JPEG)) {
            assertThat(jpeg.scanBytes()).isPresent();
            assertThat(jpeg.bytes() - jpeg.scanBytes().getAsDouble()).isBetween(500.0, 700.0);
        }
        assertThat(points(curve, point -> point.series().equals("JPEG 8×8"))).hasSize(2);
    }

    @Test
    void shouldDetectASwappedLabelAtEveryPointThatAgrees() throws Exception {
        List<LabelledImage> images = new ArrayList<>(TinyImages.labelled(20, 1));
        images.set(4, new LabelledImage("swapped", images.get(4).image(), 2));

        RateCurve curve = curve(images);

        assertThat(curve.uncompressed()).isEqualTo(new Proportion(19, 20));
        assertThat(curve.points())
                .filteredOn(point -> point.agreement().hits() == 20)
                .isNotEmpty()
                .extracting(CurvePoint::accuracy)
                .containsOnly(new Proportion(19, 20));
    }

    @Test
    void shouldComputeTheEntropyOfThePredictions() throws Exception {
        RateCurve curve = curve(TinyImages.labelled(18, 1));

        assertThat(curve.labelBits()).isCloseTo(Math.log(3) / Math.log(2), within(1e-12));
        assertThat(curve.predictionBits()).isCloseTo(Math.log(3) / Math.log(2), within(1e-12));
    }
}
