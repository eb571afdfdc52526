package io.featherwire.bundler.report;

import io.featherwire.bundler.BundlerException;
import io.featherwire.bundler.Progress;
import io.featherwire.codec.CompressedBatch;
import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.PredictionPreservingQuantiser;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.RdoqSettings;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.SymbolCodec;
import io.featherwire.datasets.ImageFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The results of a finished bundle on images, computed with the code of the streams.
 *
 * @param images the number of images
 * @param imageBytes the mean size of the image files, in bytes
 * @param bytes the mean payload size without RDOQ, in bytes
 * @param agreement the share of images whose own top-1 prediction is kept without RDOQ
 * @param searchBytes the mean payload size with RDOQ, in bytes
 * @param searchAgreement the share of images whose own top-1 prediction is kept with RDOQ
 */
public record BundleTrial(
        int images, double imageBytes, double bytes, double agreement, double searchBytes, double searchAgreement) {
    /** The settings of the RDOQ that is tried. */
    public static final RdoqSettings SEARCH = new RdoqSettings(20);

    private static final int BATCH = 16;

    /** Tests a bundle. */
    public static BundleTrial run(Bundle bundle, List<Path> files, Progress progress)
            throws IOException, BundleException {
        Totals off = new Totals();
        Totals on = new Totals();
        double fileBytes = 0;
        int tried = 0;
        try (FeatureCompressor compressor = FeatureCompressor.open(
                        bundle,
                        Device.CPU,
                        FeatureCompressor.Options.DEFAULT
                                .withMaxBatch(BATCH)
                                .withSearch(false)
                                .withPredictions(true));
                PayloadClassifier classifier = PayloadClassifier.open(
                        bundle, Device.CPU, PayloadClassifier.Options.DEFAULT.withMaxBatch(64))) {
            CodeQuantiser quantiser = CodeQuantiser.of(bundle.codeFormat());
            var searching = new PredictionPreservingQuantiser(quantiser, classifier::classify, SEARCH);
            for (int from = 0; from < files.size(); from += BATCH) {
                List<float[]> images = new ArrayList<>();
                for (Path file : files.subList(from, Math.min(files.size(), from + BATCH))) {
                    try {
                        images.add(compressor.prepare(ImageFile.read(file)));
                        fileBytes += Files.size(file);
                        tried++;
                    } catch (ImageException e) {
                        progress.note(file + " is left out: " + e.getMessage());
                    }
                }
                if (images.isEmpty()) {
                    continue;
                }
                CompressedBatch batch = compressor.compress(images);
                List<Prediction> own = batch.predictions();
                off.add(own, classifier, batch.payloads());
                on.add(own, classifier, encodeWithSearch(batch, quantiser, searching));
                progress.report("testing the bundle", Math.min(files.size(), from + BATCH), files.size());
            }
        } catch (PayloadException e) {
            throw new BundleException("a payload that was just written cannot be read: " + e.getMessage(), e);
        }
        if (tried == 0) {
            throw new BundlerException("Cannot test the bundle " + bundle + ": none of the " + files.size()
                    + " images can be read. Give another directory with --images.");
        }
        return new BundleTrial(
                tried, fileBytes / tried, off.bytes / tried, off.kept / tried, on.bytes / tried, on.kept / tried);
    }

    /**
     * Returns the payloads that a compressor sends with RDOQ, which starts from the symbols that a compressor sends
     * without RDOQ.
     */
    private static List<byte[]> encodeWithSearch(
            CompressedBatch batch, CodeQuantiser quantiser, PredictionPreservingQuantiser searching)
            throws PayloadException {
        SymbolCodec codec = SymbolCodec.of(quantiser.format());
        List<int[]> sent = new ArrayList<>();
        for (int i = 0; i < batch.payloads().size(); i++) {
            byte[] payload = batch.payloads().get(i);
            sent.add(
                    PayloadMode.of(payload) == PayloadMode.U8
                            ? quantiser.quantise(batch.codes().get(i))
                            : codec.decode(payload));
        }
        List<byte[]> searched = new ArrayList<>();
        for (int[] symbols : searching.search(batch.codes(), sent, batch.predictions())) {
            searched.add(codec.encode(symbols, batch.mode()));
        }
        return searched;
    }

    private static final class Totals {
        private double bytes;
        private double kept;

        void add(List<Prediction> own, PayloadClassifier classifier, List<byte[]> payloads) throws PayloadException {
            List<float[]> codes = new ArrayList<>();
            for (byte[] payload : payloads) {
                bytes += payload.length;
                codes.add(classifier.decode(payload));
            }
            List<Prediction> predictions = classifier.classify(codes);
            for (int i = 0; i < own.size(); i++) {
                kept += own.get(i).classIndex() == predictions.get(i).classIndex() ? 1 : 0;
            }
        }
    }
}
