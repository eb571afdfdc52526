package io.featherwire.trainer;

import io.featherwire.bundler.export.ActivationCalibration;
import io.featherwire.bundler.export.ActivationRange;
import io.featherwire.bundler.export.FloatGraphWriter;
import io.featherwire.bundler.export.Int8GraphWriter;
import io.featherwire.bundler.export.Network;
import io.featherwire.bundler.export.OnnxGraph;
import io.featherwire.bundler.export.RangeClipping;
import io.featherwire.bundler.export.Vgg16Networks;
import io.featherwire.bundler.export.WeightStorage;
import io.featherwire.bundler.vgg16.ImportedBackbone;
import io.featherwire.bundler.vgg16.ImportedHead;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.image.ImagePreprocessor;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.datasets.Dataset;
import io.featherwire.datasets.Datasets;
import io.featherwire.datasets.LabelledImage;
import io.featherwire.datasets.Split;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures the accuracy that 8-bit weights and integer arithmetic cost a trained backbone, without the autoencoder.
 * Runs only by name: {@code mvn -pl trainer -am test -Dtest=VariantAccuracy -Dsurefire.failIfNoSpecifiedTests=false
 * -Dbundle=DIR -Ddata=DIR -Dimages=2000 -Dcalibration=256}. The bundle must hold float32 weights. The measurement uses
 * test images. Therefore give a folder whose test split may be used for choices.
 */
@EnabledIfSystemProperty(named = "bundle", matches = ".+")
class VariantAccuracy {

    private static final int IMAGES = Integer.getInteger("images", 2000);
    private static final int CALIBRATION = Integer.getInteger("calibration", 256);
    private static final int BATCH = 8;

    private final List<float[]> images = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();
    private final List<float[]> training = new ArrayList<>();
    private Network backbone;
    private Network head;
    private int classes;

    @TempDir
    Path directory;

    @BeforeEach
    void load() throws Exception {
        Path bundle = Path.of(System.getProperty("bundle"));
        BundleManifest manifest = Bundle.load(bundle).manifest();
        classes = manifest.classes().size();
        backbone = Vgg16Networks.backbone(
                manifest.input().size(),
                ImportedBackbone.read(bundle.resolve(manifest.models().compressor()))
                        .convs());
        head = Vgg16Networks.head(
                backbone.outputShape(),
                ImportedHead.read(bundle.resolve(manifest.models().head())).layers());
        Dataset data = Datasets.open(System.getProperty("data"));
        ImagePreprocessor preprocessor = new ImagePreprocessor(manifest.input());
        read(data.test(), IMAGES, preprocessor, images, labels);
        read(data.train(), CALIBRATION, preprocessor, training, new ArrayList<>());
    }

    private static void read(
            Split split, int count, ImagePreprocessor preprocessor, List<float[]> images, List<Integer> labels)
            throws Exception {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        Random random = new Random(1);
        for (int i = 0; i < count; i++) {
            LabelledImage image = split.get(random.nextInt(split.size()));
            images.add(preprocessor.preprocess(decoder.decode(image.image())));
            labels.add(image.label());
        }
    }

    @Test
    void packingAndIntegerArithmetic() throws Exception {
        OnnxGraph exactHead = FloatGraphWriter.toGraph(head, WeightStorage.FLOAT32);
        OnnxGraph packedHead = FloatGraphWriter.toGraph(head, WeightStorage.INT8);
        float[] exact = logits(FloatGraphWriter.toGraph(backbone, WeightStorage.FLOAT32), exactHead);
        report("float32", exact, exact);
        report("float16 weights", logits(FloatGraphWriter.toGraph(backbone, WeightStorage.FLOAT16), exactHead), exact);
        report("int8 weights", logits(FloatGraphWriter.toGraph(backbone, WeightStorage.INT8), exactHead), exact);
        report(
                "int8 weights, head too",
                logits(FloatGraphWriter.toGraph(backbone, WeightStorage.INT8), packedHead),
                exact);
        for (RangeClipping clipping : RangeClipping.values()) {
            OnnxGraph graph = Int8GraphWriter.toGraph(backbone, ranges(clipping));
            report("int8, " + clipping, logits(graph, packedHead), exact);
        }
    }

    private List<ActivationRange> ranges(RangeClipping clipping) throws Exception {
        try (ActivationCalibration calibration = new ActivationCalibration(backbone, 13, 1)) {
            for (int from = 0; from + BATCH <= training.size(); from += BATCH) {
                calibration.observe(batch(training, from), BATCH);
            }
            return calibration.ranges(clipping);
        }
    }

    private float[] logits(OnnxGraph backboneGraph, OnnxGraph headGraph) throws Exception {
        Path backboneFile = directory.resolve("backbone.onnx");
        Path headFile = directory.resolve("head.onnx");
        backboneGraph.write(backboneFile);
        headGraph.write(headFile);
        float[] all = new float[images.size() / BATCH * BATCH * classes];
        try (OnnxModel first = OnnxModel.open(backboneFile, Device.CPU, 1);
                OnnxModel second = OnnxModel.open(headFile, Device.CPU, 1)) {
            for (int from = 0; from + BATCH <= images.size(); from += BATCH) {
                float[] feature = first.run(batch(images, from), BATCH, "feature");
                float[] logits = second.run(FloatBuffer.wrap(feature), BATCH, "logits");
                System.arraycopy(logits, 0, all, from * classes, logits.length);
            }
        }
        return all;
    }

    private static FloatBuffer batch(List<float[]> images, int from) {
        FloatBuffer buffer = FloatBuffer.allocate(BATCH * images.get(0).length);
        images.subList(from, from + BATCH).forEach(buffer::put);
        return buffer.flip();
    }

    private void report(String name, float[] logits, float[] exact) {
        int count = logits.length / classes;
        int correct = 0;
        int agreed = 0;
        double divergence = 0;
        for (int i = 0; i < count; i++) {
            double[] p = posterior(exact, i);
            double[] q = posterior(logits, i);
            int best = best(q);
            correct += best == labels.get(i) ? 1 : 0;
            agreed += best == best(p) ? 1 : 0;
            for (int c = 0; c < classes; c++) {
                divergence += p[c] * Math.log(p[c] / q[c]);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-28s accuracy %.2f %%, agreement %.2f %%, KL %.5f nats%n",
                name,
                100.0 * correct / count,
                100.0 * agreed / count,
                divergence / count);
    }

    private double[] posterior(float[] logits, int image) {
        double[] p = new double[classes];
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            p[c] = Math.exp(logits[image * classes + c]);
            sum += p[c];
        }
        for (int c = 0; c < classes; c++) {
            p[c] /= sum;
        }
        return p;
    }

    private static int best(double[] p) {
        int best = 0;
        for (int c = 1; c < p.length; c++) {
            best = p[c] > p[best] ? c : best;
        }
        return best;
    }
}
