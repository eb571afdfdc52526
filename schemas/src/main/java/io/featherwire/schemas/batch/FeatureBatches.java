package io.featherwire.schemas.batch;

import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.FeatureBatch;
import io.featherwire.schemas.FrameHeader;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Packs frames into batches and unpacks them; {@link FeatureBatch} describes the fields. */
public final class FeatureBatches {

    /** The maximum number of frames in a batch. */
    public static final int MAX_FRAMES = 1024;

    /**
     * The maximum number of headers in a batch, over all its frames: even an empty header takes some hundred bytes of a
     * reader's memory.
     */
    public static final int MAX_HEADERS = 64 * MAX_FRAMES;

    private static final int RADIX = 36;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private FeatureBatches() {}

    /**
     * Packs the frames of one sensor into a batch.
     *
     * @param outboxId the id of the outbox, a random number chosen when the outbox was created
     * @param frames 1 to {@link #MAX_FRAMES} frames of one bundle, in the order of their numbers, with at most {@link
     *     #MAX_HEADERS} headers
     * @throws IllegalArgumentException if the frames break one of these rules
     */
    public static FeatureBatch pack(long outboxId, List<BatchedFrame> frames) {
        requirePackable(frames);
        long[] idNumbers = idNumbers(outboxId, frames);
        var marks = GateMarks.of(frames);
        BatchedFrame last = frames.get(frames.size() - 1);
        return new FeatureBatch(
                outboxId,
                last.feature().getBundle(),
                frames.size(),
                ByteBuffer.wrap(PackedNumbers.packSeries(longs(frames, BatchedFrame::number))),
                idNumbers.length == 0 ? NOTHING : ByteBuffer.wrap(PackedNumbers.pack(idNumbers)),
                idNumbers.length == 0
                        ? frames.stream()
                                .map(frame -> frame.feature().getFrameId())
                                .toList()
                        : List.of(),
                ByteBuffer.wrap(PackedNumbers.packSeries(longs(frames, BatchedFrame::capturedAt))),
                last.compressedAt() - last.capturedAt(),
                ByteBuffer.wrap(PackedNumbers.pack(
                        longs(frames, frame -> frame.feature().getPayload().remaining()))),
                payloads(frames),
                marks.toPacked(),
                headers(frames, marks));
    }

    private static void requirePackable(List<BatchedFrame> frames) {
        if (frames.isEmpty() || frames.size() > MAX_FRAMES) {
            throw new IllegalArgumentException("a batch has 1 to " + MAX_FRAMES + " frames, not " + frames.size());
        }
        for (int i = 1; i < frames.size(); i++) {
            if (frames.get(i).number() <= frames.get(i - 1).number()) {
                throw new IllegalArgumentException("the numbers of the frames of a batch must rise");
            }
            if (!frames.get(i)
                    .feature()
                    .getBundle()
                    .equals(frames.get(0).feature().getBundle())) {
                throw new IllegalArgumentException("all frames of a batch must have the same bundle");
            }
        }
    }

    private static long[] longs(List<BatchedFrame> frames, ToLongFunction<BatchedFrame> number) {
        return frames.stream().mapToLong(number).toArray();
    }

    /**
     * For each frame, the difference between the number in its id and its number in the outbox; empty if an id has not
     * the form of {@link #frameId}.
     */
    private static long[] idNumbers(long outboxId, List<BatchedFrame> frames) {
        long[] added = new long[frames.size()];
        for (int i = 0; i < added.length; i++) {
            BatchedFrame frame = frames.get(i);
            String id = frame.feature().getFrameId();
            try {
                added[i] = Long.parseLong(id.substring(id.lastIndexOf('-') + 1), RADIX) - frame.number();
            } catch (NumberFormatException e) {
                return new long[0];
            }
            if (!frameId(outboxId, frame.number() + added[i]).equals(id)) {
                return new long[0];
            }
        }
        return added;
    }

    /** The id that an outbox gives a frame: both numbers in base 36, such as {@code k2f9x1-4f}. */
    public static String frameId(long outboxId, long number) {
        return Long.toString(outboxId, RADIX) + "-" + Long.toString(number, RADIX);
    }

    private static ByteBuffer payloads(List<BatchedFrame> frames) {
        ByteBuffer all = ByteBuffer.allocate(frames.stream()
                .mapToInt(frame -> frame.feature().getPayload().remaining())
                .sum());
        frames.forEach(frame -> all.put(frame.feature().getPayload().duplicate()));
        return all.flip();
    }

    private static List<FrameHeader> headers(List<BatchedFrame> frames, GateMarks marks) {
        List<FrameHeader> headers = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            for (Header header : frames.get(i).headers()) {
                if (!marks.replaces(i, header)) {
                    byte[] value = header.value();
                    headers.add(new FrameHeader(i, header.key(), value == null ? null : ByteBuffer.wrap(value)));
                }
            }
        }
        if (headers.size() > MAX_HEADERS) {
            throw new IllegalArgumentException(
                    "a batch has at most " + MAX_HEADERS + " headers, not " + headers.size());
        }
        return headers;
    }

    /** The number of frames that a batch declares; checked before any memory is allocated for them. */
    private static int count(FeatureBatch batch) throws FeatureBatchException {
        int count = batch.getFrames();
        if (count < 1 || count > MAX_FRAMES) {
            throw new FeatureBatchException("the number of frames is " + count + ", must be 1 to " + MAX_FRAMES);
        }
        return count;
    }

    /**
     * Unpacks the frames of a batch, in order.
     *
     * @throws FeatureBatchException if the batch has too many frames, or its parts are inconsistent
     */
    public static List<BatchedFrame> unpack(FeatureBatch batch) throws FeatureBatchException {
        int count = count(batch);
        long[] numbers = PackedNumbers.unpackSeries(batch.getNumbers(), count);
        for (int i = 0; i < count; i++) {
            if (numbers[i] <= (i == 0 ? 0 : numbers[i - 1])) {
                throw new FeatureBatchException("the numbers of the frames do not rise");
            }
        }
        List<String> ids = ids(batch, numbers);
        long[] captured = PackedNumbers.unpackSeries(batch.getCapturedAt(), count);
        List<ByteBuffer> payloads = payloads(batch, count);
        List<RecordHeaders> headers = headers(batch, count);
        GateMarks.restore(batch.getMarks(), payloads, headers);
        List<BatchedFrame> frames = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            var feature = new CompactFeature(
                    ids.get(i), Instant.ofEpochMilli(captured[i]), batch.getBundle(), payloads.get(i));
            frames.add(new BatchedFrame(numbers[i], feature, headers.get(i), captured[i] + batch.getCompressedAfter()));
        }
        return frames;
    }

    private static List<String> ids(FeatureBatch batch, long[] numbers) throws FeatureBatchException {
        List<String> ids = batch.getFrameIds();
        if (!ids.isEmpty()) {
            if (ids.size() != numbers.length || batch.getIdNumbers().hasRemaining()) {
                throw new FeatureBatchException(
                        "there are " + ids.size() + " frame ids for " + numbers.length + " frames, or also id numbers");
            }
            return ids;
        }
        long[] added = PackedNumbers.unpack(batch.getIdNumbers(), numbers.length);
        List<String> made = new ArrayList<>(numbers.length);
        for (int i = 0; i < numbers.length; i++) {
            made.add(frameId(batch.getOutbox(), numbers[i] + added[i]));
        }
        return made;
    }

    private static List<ByteBuffer> payloads(FeatureBatch batch, int count) throws FeatureBatchException {
        ByteBuffer all = batch.getPayloads();
        long[] lengths = PackedNumbers.unpack(batch.getLengths(), count);
        List<ByteBuffer> payloads = new ArrayList<>(count);
        int from = all.position();
        for (long length : lengths) {
            if (length < 0 || length > all.limit() - from) {
                throw new FeatureBatchException("a payload is longer than the remaining bytes of the payloads");
            }
            payloads.add(all.slice(from, (int) length));
            from += (int) length;
        }
        if (from != all.limit()) {
            throw new FeatureBatchException("there are " + (all.limit() - from) + " bytes after the last payload");
        }
        return payloads;
    }

    private static List<RecordHeaders> headers(FeatureBatch batch, int count) throws FeatureBatchException {
        RecordHeaders[] headers = new RecordHeaders[count];
        if (batch.getHeaders().size() > MAX_HEADERS) {
            throw new FeatureBatchException(
                    "there are " + batch.getHeaders().size() + " headers, at most " + MAX_HEADERS + " are allowed");
        }
        Arrays.setAll(headers, i -> new RecordHeaders());
        for (FrameHeader header : batch.getHeaders()) {
            int frame = header.getFrame();
            if (frame < 0 || frame >= count) {
                throw new FeatureBatchException("a header belongs to frame " + frame + " of " + count);
            }
            ByteBuffer value = header.getValue();
            headers[frame].add(header.getKey(), value == null ? null : toBytes(value));
        }
        return Arrays.asList(headers);
    }

    static byte[] toBytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
