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
 * The compressors of a device by quality step. Step 0 is full quality. While an outbox fills, a step of a lower quality is a bundle of
 * smaller payloads, or, without such bundles, a smaller target for the payloads of the one bundle. Used by one thread.
 */
final class QualityLevels implements AutoCloseable {

    private final FeatureCompressor full;
    private final List<FeatureCompressor> coarser;
    private final CoarserTargets targets;

    /**
     * @param full closed by this object, as the others
     * @param targets of the payloads of {@code full}
     * @param coarser of steps 1, 2, …; empty if {@code full} has all steps
     * @throws StartException if they do not have the same input and classes
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
                                + full.setup().bundle() + ": make its bundles of the same network",
                        null);
            }
        }
    }

    /** Full quality only. */
    static QualityLevels of(FeatureCompressor full) {
        return new QualityLevels(full, new CoarserTargets(0), List.of());
    }

    /** The setup of full quality; the input of all steps is the same. */
    Setup setup() {
        return full.setup();
    }

    /**
     * Lowers the quality from now on, as an outbox asks for it.
     *
     * @param step 0 for full quality, to 3
     * @throws StartException if there are no bundles of smaller payloads, and those of the one bundle have no lower quality
     */
    void lowerBy(IntSupplier step) {
        if (coarser.isEmpty() && setup().mode() != PayloadMode.ENTROPY) {
            throw new StartException(
                    "outbox.full=coarser needs payloads of mode entropy, and those of bundle " + setup().bundle()
                            + " are of mode " + setup().mode().text()
                            + ": choose oldest, newest or thin, or set outbox.coarser.bundles",
                    null);
        }
        targets.lowerBy(coarser.isEmpty() ? step : () -> Math.min(step.getAsInt(), coarser.size()));
    }

    /** Begins a batch; its step. */
    int nextStep() {
        return targets.nextStep();
    }

    /** The payloads of a batch of the step that {@link #nextStep} returned last. */
    List<byte[]> compress(int step, List<float[]> images) {
        List<byte[]> payloads = compressor(step).compress(images).payloads();
        if (step == 0) {
            targets.saw(payloads);
        }
        return payloads;
    }

    /** The bundle of a step's payloads. */
    Fingerprint bundle(int step) {
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
