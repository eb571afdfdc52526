package io.featherwire.compressor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.featherwire.codec.Prediction;
import io.featherwire.codec.gate.GateCounts;
import io.featherwire.codec.gate.SceneGate.Decision;
import io.featherwire.runtime.deadletter.DeadLetterNode;
import io.featherwire.schemas.gate.RepeatMark;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Marks on features records which frames later frames may repeat and which frames are repeats, and compares the
 * predictions of audited repeats.
 */
final class RepeatWriter extends ContextualProcessor<byte[], CompressedFrame, byte[], CompressedFrame> {

    private final GateResources gate;
    private final String results;
    private final DeadLetterNode deadLetters;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    private GateStores stores;

    /**
     * @param results the node that frames are forwarded to
     * @param deadLetters gets the repeats of a frame that could not be compressed
     */
    RepeatWriter(GateResources gate, String results, DeadLetterNode deadLetters) {
        this.gate = gate;
        this.results = results;
        this.deadLetters = deadLetters;
    }

    @Override
    public void init(ProcessorContext<byte[], CompressedFrame> context) {
        super.init(context);
        stores = new GateStores(context, gate.fingerprintBytes());
    }

    @Override
    public void process(Record<byte[], CompressedFrame> record) {
        CompressedFrame frame = record.value();
        GateResult result = frame.gate().orElse(null);
        if (result != null && result.step().isRepeat()) {
            forwardRepeat(record, result);
            return;
        }
        if (result != null && result.step().decision() != Decision.PASS) {
            forwardCoded(record, frame, result);
        }
        context().forward(record, results);
    }

    private void forwardCoded(Record<byte[], CompressedFrame> record, CompressedFrame frame, GateResult result) {
        byte[] sensor = record.key();
        GateStores.Prediction last = stores.prediction(sensor);
        Prediction prediction = requireNonNull(result.prediction(), "prediction");
        if (result.step().decision() == Decision.AUDIT && last != null) {
            boolean same = last.classIndex() == prediction.classIndex();
            gate.meters().countAudit(same);
            GateCounts counts = gate.rules().audited(stores.counts(sensor), same);
            stores.put(sensor, gate.closeIfNeeded(new String(sensor, UTF_8), counts));
        }
        int checksum = RepeatMark.checksum(frame.feature().getPayload());
        stores.put(
                sensor, new GateStores.Prediction(result.step().reference(), checksum, prediction.classIndex(), (float)
                        prediction.margin()));
        RepeatMark.addRepeatable(record.headers());
    }

    private void forwardRepeat(Record<byte[], CompressedFrame> record, GateResult result) {
        GateStores.Prediction last = stores.prediction(record.key());
        if (last != null && last.offset() == result.step().reference()) {
            RepeatMark.addRepeat(record.headers(), last.checksum());
            context().forward(record, results);
            return;
        }
        // The repeated frame has become a dead letter, so this frame also becomes one. The sensor's next frame is
        // compressed.
        stores.deleteScene(record.key());
        var cause = new IllegalStateException("a repeat of the frame at offset "
                + result.step().reference() + ", which could not be compressed: see its dead letter");
        deadLetters.send(context(), result.source(), "gate", "repeats-dead-letter", cause);
    }
}
