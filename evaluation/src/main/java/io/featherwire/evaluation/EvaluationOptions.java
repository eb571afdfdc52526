package io.featherwire.evaluation;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.payload.PayloadMode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Options of an evaluation.
 *
 * @param device device that runs the graphs
 * @param onnx threads and memory of the ONNX Runtime sessions
 * @param batch images per graph run
 * @param variant precision of the graphs, null for the bundle's default
 * @param modes payload modes besides the bundle's default; those that a bundle lacks are left out
 * @param curve points of the rate–accuracy curve, null for none
 */
public record EvaluationOptions(
        Device device,
        OnnxOptions onnx,
        int batch,
        @Nullable String variant,
        Set<PayloadMode> modes,
        @Nullable CurveOptions curve) {

    /** Measures the default mode only, without a curve. */
    public static final EvaluationOptions DEFAULT =
            new EvaluationOptions(Device.AUTO, OnnxOptions.DEFAULT, 32, null, Set.of(), null);

    public EvaluationOptions {
        requireNonNull(device, "device");
        requireNonNull(onnx, "onnx");
        modes = Set.copyOf(modes);
        if (batch < 1 || batch > 4096) {
            throw new IllegalArgumentException("batch is " + batch + ", must be in 1..4096");
        }
    }

    public EvaluationOptions withDevice(Device other) {
        return new EvaluationOptions(other, onnx, batch, variant, modes, curve);
    }

    public EvaluationOptions withBatch(int other) {
        return new EvaluationOptions(device, onnx, other, variant, modes, curve);
    }

    public EvaluationOptions withVariant(@Nullable String other) {
        return new EvaluationOptions(device, onnx, batch, other, modes, curve);
    }

    /** Selects every payload mode of the bundle. */
    public EvaluationOptions withAllModes() {
        return new EvaluationOptions(device, onnx, batch, variant, Set.of(PayloadMode.values()), curve);
    }

    public EvaluationOptions withCurve(@Nullable CurveOptions other) {
        return new EvaluationOptions(device, onnx, batch, variant, modes, other);
    }
}
