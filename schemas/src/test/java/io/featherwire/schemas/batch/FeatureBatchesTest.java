package io.featherwire.schemas.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.FeatureBatch;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.FrameHeader;
import io.featherwire.schemas.gate.RepeatMark;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class FeatureBatchesTest {

    private static final long OUTBOX = 1_234_567_890;
    private static final long START = 1_764_460_800_000L;
    private static final Fingerprint BUNDLE = new Fingerprint(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    private static final AvroSerde<FeatureBatch> SERDE = AvroSerde.of(FeatureBatch.class);

    @Test
    void shouldUnpackWhatWasPacked() throws Exception {
        for (int seed = 0; seed < 300; seed++) {
            // Given
            List<BatchedFrame> frames = random(new Random(seed));
            // When
            byte[] bytes = SERDE.encode(FeatureBatches.pack(OUTBOX, frames));
            List<BatchedFrame> back = FeatureBatches.unpack(SERDE.decode(bytes));
            // Then
            long delay = frames.get(frames.size() - 1).compressedAt()
                    - frames.get(frames.size() - 1).capturedAt();
            assertThat(back).as("seed " + seed).hasSameSizeAs(frames);
            for (int i = 0; i < frames.size(); i++) {
                assertThat(back.get(i).number()).isEqualTo(frames.get(i).number());
                assertThat(back.get(i).feature()).isEqualTo(frames.get(i).feature());
                assertThat(texts(back.get(i).headers()))
                        .as("seed " + seed + ", frame " + i)
                        .isEqualTo(texts(frames.get(i).headers()));
                assertThat(back.get(i).compressedAt()).isEqualTo(frames.get(i).capturedAt() + delay);
            }
        }
    }

    /** Ids of two forms, times that jump, payloads of all sizes, repeats, and headers that no gate wrote. */
    private static List<BatchedFrame> random(Random random) {
        int count = 1 + random.nextInt(random.nextBoolean() ? 5 : 100);
        boolean ownIds = random.nextInt(3) > 0;
        boolean gate = random.nextBoolean();
        long number = 1 + random.nextInt(1_000_000);
        long time = START;
        int checksum = random.nextInt();
        List<BatchedFrame> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            number += 1 + (random.nextInt(9) == 0 ? random.nextInt(1_000) : 0);
            time += 1_000 + random.nextInt(20) - (random.nextInt(40) == 0 ? 86_400_000L * random.nextInt(400) : 0);
            var headers = new RecordHeaders();
            byte[] payload = new byte[random.nextInt(10) == 0 ? random.nextInt(3_000) : random.nextInt(12)];
            random.nextBytes(payload);
            if (gate && random.nextInt(4) > 0) {
                payload = new byte[0];
                RepeatMark.addRepeat(headers, checksum);
            } else if (gate) {
                checksum = random.nextInt(5) == 0 ? random.nextInt() : RepeatMark.checksum(ByteBuffer.wrap(payload));
                RepeatMark.addRepeatable(headers);
            }
            if (random.nextInt(20) == 0) {
                headers.add("traceparent", "00-1-2".getBytes()).add("none", null);
            }
            if (random.nextInt(30) == 0) {
                headers.add(RepeatMark.HEADER, random.nextBoolean() ? null : new byte[random.nextInt(6)]);
            }
            String id = ownIds ? FeatureBatches.frameId(OUTBOX, number - random.nextInt(3)) : "own-" + number;
            frames.add(new BatchedFrame(
                    number,
                    new CompactFeature(id, Instant.ofEpochMilli(time), BUNDLE, ByteBuffer.wrap(payload)),
                    headers,
                    time + 40));
        }
        return frames;
    }

    private static List<String> texts(Headers headers) {
        List<String> texts = new ArrayList<>();
        for (Header header : headers) {
            texts.add(header.key() + "="
                    + (header.value() == null ? "null" : HexFormat.of().formatHex(header.value())));
        }
        // A mark comes behind the other headers.
        Collections.sort(texts);
        return texts;
    }

    @Test
    void shouldNeedHardlyMoreThanAByteAroundAPayload() {
        // Given
        Random random = new Random(1);
        List<BatchedFrame> frames = new ArrayList<>();
        int payloads = 0;
        for (int i = 0; i < 30; i++) {
            byte[] payload = new byte[2 + random.nextInt(7)];
            payloads += payload.length;
            frames.add(frame(501 + 2 * i, START + 1_000 * i + random.nextInt(21), payload));
        }
        // When
        int bytes = SERDE.encode(FeatureBatches.pack(OUTBOX, frames)).length;
        // Then
        assertThat((bytes - payloads - SERDE.encode(FeatureBatches.pack(OUTBOX, frames.subList(0, 1))).length) / 29.0)
                .isLessThan(1.3);
        assertThat(bytes - payloads).isLessThan(3 * 30);
    }

    private static BatchedFrame frame(long number, long captured, byte[] payload) {
        return new BatchedFrame(
                number,
                new CompactFeature(
                        FeatureBatches.frameId(OUTBOX, number - 1),
                        Instant.ofEpochMilli(captured),
                        BUNDLE,
                        ByteBuffer.wrap(payload)),
                new RecordHeaders(),
                captured + 35);
    }

    /** These bytes are on topics. */
    @Test
    void shouldReadAndWriteTheBytesOfTheFirstRelease() throws Exception {
        // Given
        var repeat = new BatchedFrame(
                507, frame(507, START + 2_004, new byte[0]).feature(), new RecordHeaders(), START + 2_039);
        RepeatMark.addRepeat(repeat.headers(), RepeatMark.checksum(ByteBuffer.wrap(new byte[] {4, 5})));
        var repeated = frame(505, START + 1_003, new byte[] {4, 5});
        RepeatMark.addRepeatable(repeated.headers());
        List<BatchedFrame> frames = List.of(frame(503, START, new byte[] {1, 2, 3}), repeated, repeat);
        // When
        byte[] bytes = SERDE.encode(FeatureBatches.pack(OUTBOX, frames));
        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(GOLDEN);
        List<BatchedFrame> read =
                FeatureBatches.unpack(SERDE.decode(HexFormat.of().parseHex(GOLDEN)));
        assertThat(read)
                .extracting(BatchedFrame::feature)
                .isEqualTo(frames.stream().map(BatchedFrame::feature).toList());
        assertThat(RepeatMark.repeatedChecksum(read.get(2).headers()))
                .hasValue(RepeatMark.checksum(ByteBuffer.wrap(new byte[] {4, 5})));
    }

    private static final String GOLDEN = "c301fb83ddcf37828ab6a48bb0990901020304050607080608ee0704000401"
            + "00001480a0f9a0da66d20f0202460600020b0a01020304050600022400";

    @Test
    void shouldRefuseMoreFramesThanAllowedBeforeItMakesAny() {
        // Given: a few bytes that say they are a thousand million frames, or none, or fewer than none
        FeatureBatch one = FeatureBatches.pack(OUTBOX, List.of(frame(5, START, new byte[] {1})));
        for (int count : new int[] {1_000_000_000, FeatureBatches.MAX_FRAMES + 1, 0, -1, Integer.MIN_VALUE}) {
            FeatureBatch hostile = FeatureBatch.newBuilder(one).setFrames(count).build();
            // Then
            assertThatThrownBy(() -> FeatureBatches.unpack(hostile))
                    .isInstanceOf(FeatureBatchException.class)
                    .hasMessageContaining("the number of frames is " + count + ", must be 1 to 1024");
        }
    }

    @Test
    void shouldRefuseMoreHeadersThanAllowed() throws Exception {
        // Given: empty headers, three bytes each on the wire and some hundred in memory
        FeatureBatch one = FeatureBatches.pack(OUTBOX, List.of(frame(5, START, new byte[] {1})));
        var empty = new FrameHeader(0, "", null);
        FeatureBatch most = FeatureBatch.newBuilder(one)
                .setHeaders(Collections.nCopies(FeatureBatches.MAX_HEADERS, empty))
                .build();
        FeatureBatch hostile = FeatureBatch.newBuilder(one)
                .setHeaders(Collections.nCopies(3_000_000, empty))
                .build();

        // Then
        assertThat(FeatureBatches.unpack(most).get(0).headers()).hasSize(FeatureBatches.MAX_HEADERS);
        assertThatThrownBy(() -> FeatureBatches.unpack(hostile))
                .isInstanceOf(FeatureBatchException.class)
                .hasMessageContaining("3000000 headers, at most 65536 are allowed");
    }

    @Test
    void shouldRefuseWhateverIsDamagedWithItsOwnException() {
        // Given
        Random random = new Random(3);
        List<BatchedFrame> frames = new ArrayList<>();
        for (int i = 1; i <= 30; i++) {
            frames.add(frame(2 * i, START + 1_000 * i + random.nextInt(9), new byte[random.nextInt(4)]));
        }
        byte[] whole = SERDE.encode(FeatureBatches.pack(OUTBOX, frames));
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = whole.clone();
            for (int hit = random.nextInt(3); hit >= 0; hit--) {
                damaged[10 + random.nextInt(damaged.length - 10)] = (byte) random.nextInt();
            }
            // When
            try {
                assertThat(FeatureBatches.unpack(SERDE.decode(damaged))).hasSizeLessThanOrEqualTo(1024);
            } catch (FeatureBatchException | SerializationException e) {
                refused++;
            }
        }
        // Then
        assertThat(refused).isGreaterThan(2_000);
    }
}
