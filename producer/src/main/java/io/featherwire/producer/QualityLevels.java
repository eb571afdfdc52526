package io.featherwire.producer;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.FeatureCompressor.Setup;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.runtime.StartException;
import io.featherwire.schemas.Fingerprint;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * The compressors of a device by quality step. Step 0 is full quality. Higher steps have lower quality, and are used
 * while an outbox fills. Each of them is a bundle with smaller payloads or, without such bundles, a smaller target size
 * for the payloads of the one bundle. Used by one thread.
 */
final class QualityLevels implements AutoCloseable {

    private final FeatureCompressor full;
    private final List<FeatureCompressor> coarser;
    private final CoarserTargets targets;

    /**
     * @param full the compressor of full quality; closed by this object, like the others
     * @param targets the target sizes of the payloads of {@code full}
     * @param coarser the compressors of steps 1, 2, …; empty if {@code full} serves all steps
     * @throws StartException if the bundles differ in their input or classes
     */
    QualityLevels(FeatureCompressor full, CoarserTargets targets, List<FeatureCompressor> coarser) {
        this.full = full;
        this.targets = targets;
        this.coarser = List.copyOf(coarser);
        BundleManifest first = full.setup().bundle().manifest();
        for (FeatureCompressor other : coarser) {
            BundleManifest manifest = other.setup().bundle().manifest();
            if (!manifest.input().equals(first.input()) || !manifest.classes().equals(first.classes())) {
                close();
                throw new StartException(
                        "bundle " + other.setup().bundle()
                                + " of outbox.coarser.bundles has another input or other classes than "
                                + full.setup().bundle() + ": use bundles of the same network",
                        null);
            }
        }
    }

    /** The setup of the compressor of full quality; all compressors have the same input. */
    Setup setup() {
        return full.setup();
    }

    /**
     * Sets the source of the quality step, which is read before each batch.
     *
     * @param step supplies the step, from 0 (full quality) to 3
     * @throws StartException if there are no bundles of lower quality, and the payload mode of the one bundle has only
     *     one quality
     */
    void setStepSource(IntSupplier step) {
        if (coarser.isEmpty() && setup().mode() != PayloadMode.ENTROPY) {
            throw new StartException(
                    "outbox.full=coarser needs payloads of mode entropy, and those of bundle " + setup().bundle()
                            + " are of mode " + setup().mode().text()
                            + ": choose oldest, newest or thin, or set outbox.coarser.bundles",
                    null);
        }
        targets.setStepSource(coarser.isEmpty() ? step : () -> Math.min(step.getAsInt(), coarser.size()));
    }

    /** Begins a batch and returns its quality step. */
    int nextStep() {
        return targets.nextStep();
    }

    /**
     * Compresses a batch at the step that {@link #nextStep} returned last.
     *
     * @param images the prepared images
     * @param sensors the sensor ids of the images
     */
    List<byte[]> compress(int step, List<float[]> images, List<String> sensors) {
        int[] bytes = sensors.stream()
                .mapToInt(coarser.isEmpty() ? targets::targetBytes : targets::fullTargetBytes)
                .toArray();
        List<byte[]> payloads = compressor(step).compress(images, bytes).payloads();
        if (step == 0) {
            targets.addSizes(sensors, payloads);
        }
        return payloads;
    }

    /** The fingerprint of the bundle that makes the payloads of a step. */
    Fingerprint bundleOf(int step) {
        return new Fingerprint(compressor(step).setup().bundle().fingerprint().bytes());
    }

    private FeatureCompressor compressor(int step) {
        return step == 0 || coarser.isEmpty() ? full : coarser.get(step - 1);
    }

    @Override
    public void close() {
        full.close();
        coarser.forEach(FeatureCompressor::close);
    }
}
