package io.featherwire.compressor;

import io.featherwire.codec.gate.GateCounts;
import io.featherwire.codec.gate.GreyThumbnail;
import io.featherwire.codec.gate.LastCodedFrame;
import io.featherwire.codec.gate.SceneGate;
import io.featherwire.codec.gate.SceneGate.Decision;
import io.featherwire.codec.image.ImageException;
import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.schemas.ImageFrame;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Decides for each frame whether it is a repeat or the network runs on it. Records that cannot be parsed are forwarded
 * unchanged.
 */
final class GateProcessor extends ContextualProcessor<byte[], byte[], byte[], byte[]> {

    private final GateResources gate;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    private GateStores stores;

    GateProcessor(GateResources gate) {
        this.gate = gate;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        stores = new GateStores(context, gate.fingerprintBytes());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        GateStep.removeFrom(record.headers());
        ImageFrame frame = read(record);
        if (frame != null) {
            decide(record, frame).addTo(record.headers());
        }
        context().forward(record);
    }

    private @Nullable ImageFrame read(Record<byte[], byte[]> record) {
        RecordMetadata from = context().recordMetadata().orElseThrow();
        try {
            return gate.records().read(SourceRecord.of(record, from));
        } catch (BadRecordException e) {
            // The next processor rejects the record.
            return null;
        }
    }

    private GateStep decide(Record<byte[], byte[]> record, ImageFrame frame) {
        byte[] sensor = record.key();
        long offset = context().recordMetadata().orElseThrow().offset();
        GateCounts before = stores.counts(sensor);
        GateStores.Scene last = stores.scene(sensor);
        GreyThumbnail view = gate.rules().isOpen(before) ? toSceneView(frame) : null;
        SceneGate.Step step = gate.rules()
                .decide(
                        view,
                        last == null ? null : new LastCodedFrame(last.view(), lastMargin(sensor, last)),
                        before,
                        SceneGate.uniformHash(frame.getSensorId(), frame.getFrameId()));
        GateCounts after = gate.closeIfNeeded(frame.getSensorId(), step.counts());
        stores.put(sensor, after);
        gate.meters().countDecision(step.decision());
        boolean coded = step.decision() == Decision.CODE || step.decision() == Decision.AUDIT;
        if (coded && view != null) {
            stores.put(sensor, new GateStores.Scene(offset, view));
        }
        return new GateStep(step.decision(), coded || last == null ? offset : last.offset());
    }

    /** The margin of a scene's prediction; NaN if the prediction is not known yet. */
    private double lastMargin(byte[] sensor, GateStores.Scene scene) {
        GateStores.Prediction prediction = stores.prediction(sensor);
        return prediction != null && prediction.offset() == scene.offset() ? prediction.margin() : Double.NaN;
    }

    private @Nullable GreyThumbnail toSceneView(ImageFrame frame) {
        try {
            return gate.decoder()
                    .decode(
                            FrameCompression.toEncodedImage(frame),
                            pixels -> GreyThumbnail.of(pixels, gate.inputSpec()));
        } catch (ImageException e) {
            return null;
        }
    }
}
