package io.featherwire.lab.endtoend;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.payload.PayloadException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Measures the rows without Kafka: the network alone, the network with image decoding, and the decoder side. */
final class InProcessBaselines {

    private final BenchPlan plan;
    private final Bundle bundle;

    InProcessBaselines(BenchPlan plan, Bundle bundle) {
        this.plan = plan;
        this.bundle = bundle;
    }

    /** Measures the network on prepared tensors, the upper limit of the throughput. */
    BenchRow measureBareRuntime(String variant, int batch) {
        BundleManifest manifest = bundle.manifest();
        String graph = requireNonNull(manifest.models(variant).compressor(), "compressor");
        try (OnnxModel model = OnnxModel.open(bundle.file(graph), plan.device(), OnnxOptions.DEFAULT)) {
            int values = manifest.input().values();
            FloatBuffer images = ByteBuffer.allocateDirect(batch * values * Float.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            for (int i = 0; i < batch * values; i++) {
                images.put(i, i % 7 * 0.3f - 1);
            }
            return measure(
                    "1 ONNX Runtime alone, " + variant + ", batch " + batch,
                    batch,
                    n -> model.run(images, batch, "code"));
        }
    }

    /** Measures decoding, preprocessing, network and encoding, on one thread besides the network's threads. */
    BenchRow measureDecodeAndRun(FeatureCompressor compressor) {
        return measure(
                "2 loop that decodes images and runs the network, batch " + plan.batchSize(), plan.batchSize(), n -> {
                    List<float[]> images = new ArrayList<>(plan.batchSize());
                    for (int i = 0; i < plan.batchSize(); i++) {
                        images.add(prepare(compressor, n + i));
                    }
                    compressor.compress(images);
                });
    }

    /** Measures the decoder side: entropy decoding, decoder and head, on one thread besides the network's threads. */
    BenchRow measureUnpackAndClassify(FeatureCompressor compressor, PayloadClassifier classifier) {
        List<float[]> images = new ArrayList<>(plan.batchSize());
        for (int i = 0; i < plan.batchSize(); i++) {
            images.add(prepare(compressor, i));
        }
        List<byte[]> payloads = compressor.compress(images).payloads();
        return measure(
                "2 loop that classifies payloads, without Kafka, batch " + plan.batchSize(), plan.batchSize(), n -> {
                    List<float[]> codes = new ArrayList<>(payloads.size());
                    for (byte[] payload : payloads) {
                        codes.add(decode(classifier, payload));
                    }
                    classifier.classify(codes);
                });
    }

    private static float[] decode(PayloadClassifier classifier, byte[] payload) {
        try {
            return classifier.decode(payload);
        } catch (PayloadException e) {
            throw new IllegalStateException(e);
        }
    }

    private float[] prepare(FeatureCompressor compressor, int n) {
        try {
            return compressor.prepare(plan.image(n));
        } catch (ImageException e) {
            throw new IllegalStateException("image " + n % plan.images().size() + ": " + e.getMessage(), e);
        }
    }

    private BenchRow measure(String name, int batch, IntConsumer run) {
        ResourceMeter meter = new ResourceMeter();
        repeat(batch, run, meter, plan.loopTime().toNanos() / 4e9);
        meter.restart();
        int frames = repeat(batch, run, meter, plan.loopTime().toNanos() / 1e9);
        return BenchRowBuilder.builder()
                .name(name)
                .framesPerSecond(frames / meter.seconds())
                .cpuSecondsPer1000(meter.cpuSeconds() * 1000 / frames)
                .compilerSecondsPer1000(meter.compilerSeconds() * 1000 / frames)
                .peakRssMib(ResourceMeter.peakRssMib())
                .build();
    }

    private static int repeat(int batch, IntConsumer run, ResourceMeter meter, double seconds) {
        int frames = 0;
        while (meter.seconds() < seconds) {
            run.accept(frames);
            frames += batch;
        }
        return frames;
    }
}
