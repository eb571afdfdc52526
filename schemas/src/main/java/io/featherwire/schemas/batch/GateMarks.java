package io.featherwire.schemas.batch;

import io.featherwire.schemas.gate.RepeatMark;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The gate's marks of the frames of a batch, with at most two bits per frame, which replace the headers of {@link
 * RepeatMark}.
 */
final class GateMarks {

    private static final int NONE = 0;
    private static final int REPEATABLE = 1;
    private static final int REPEATS_FRAME = 2;
    private static final int REPEATS_AGAIN = 3;

    private final long[] marks;

    private GateMarks(long[] marks) {
        this.marks = marks;
    }

    static GateMarks of(List<BatchedFrame> frames) {
        long[] marks = new long[frames.size()];
        OptionalInt ofFrame = OptionalInt.empty();
        OptionalInt ofRepeat = OptionalInt.empty();
        for (int i = 0; i < marks.length; i++) {
            BatchedFrame frame = frames.get(i);
            OptionalInt repeated = RepeatMark.repeatedChecksum(frame.headers());
            if (RepeatMark.isRepeatable(frame.headers())) {
                marks[i] = REPEATABLE;
                ofFrame = OptionalInt.of(RepeatMark.checksum(frame.feature().getPayload()));
            } else if (repeated.isPresent()) {
                marks[i] = repeated.equals(ofFrame) ? REPEATS_FRAME : repeated.equals(ofRepeat) ? REPEATS_AGAIN : NONE;
                ofRepeat = repeated;
            }
            if (!isPlain(frame.headers())) {
                marks[i] = NONE;
            }
        }
        return new GateMarks(marks);
    }

    /**
     * Whether the frame has the header once, with a value, as a gate writes it. Other headers of this key are sent
     * unchanged.
     */
    private static boolean isPlain(Headers headers) {
        int count = 0;
        for (Header header : headers.headers(RepeatMark.HEADER)) {
            count += header.value() == null ? 2 : 1;
        }
        return count == 1;
    }

    /** Whether a frame's mark replaces this header, so that the header is not sent. */
    boolean replaces(int frame, Header header) {
        return marks[frame] != NONE && header.key().equals(RepeatMark.HEADER);
    }

    ByteBuffer toPacked() {
        return Arrays.stream(marks).allMatch(mark -> mark == NONE)
                ? ByteBuffer.allocate(0)
                : ByteBuffer.wrap(PackedNumbers.pack(marks));
    }

    /** Adds the headers that the marks replaced. */
    static void restore(ByteBuffer packed, List<ByteBuffer> payloads, List<RecordHeaders> headers)
            throws FeatureBatchException {
        if (!packed.hasRemaining()) {
            return;
        }
        long[] marks = PackedNumbers.unpack(packed, payloads.size());
        OptionalInt ofFrame = OptionalInt.empty();
        OptionalInt ofRepeat = OptionalInt.empty();
        for (int i = 0; i < marks.length; i++) {
            RecordHeaders own = headers.get(i);
            if (marks[i] < NONE || marks[i] > REPEATS_AGAIN) {
                throw new FeatureBatchException("frame " + i + " has the unknown mark " + marks[i]);
            }
            if (marks[i] == REPEATABLE) {
                RepeatMark.addRepeatable(own);
            } else if (marks[i] != NONE) {
                OptionalInt of = marks[i] == REPEATS_FRAME ? ofFrame : ofRepeat;
                if (of.isEmpty()) {
                    throw new FeatureBatchException("frame " + i + " repeats a frame that is not in the batch");
                }
                RepeatMark.addRepeat(own, of.getAsInt());
            }
            if (RepeatMark.isRepeatable(own)) {
                ofFrame = OptionalInt.of(RepeatMark.checksum(payloads.get(i)));
            }
            if (RepeatMark.repeatedChecksum(own).isPresent()) {
                ofRepeat = RepeatMark.repeatedChecksum(own);
            }
        }
    }
}
