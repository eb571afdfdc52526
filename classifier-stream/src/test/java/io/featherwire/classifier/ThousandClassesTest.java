package io.featherwire.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.featherwire.classifier.accuracy.CountedHead;
import io.featherwire.classifier.accuracy.FrameKey;
import io.featherwire.classifier.accuracy.FrameLabel;
import io.featherwire.classifier.accuracy.FramePrediction;
import io.featherwire.classifier.accuracy.FramePredictionBuilder;
import io.featherwire.classifier.accuracy.InputPosition;
import io.featherwire.classifier.accuracy.Ledger;
import io.featherwire.classifier.accuracy.LedgerSettings;
import io.featherwire.classifier.accuracy.LedgerStore;
import io.featherwire.classifier.accuracy.SnapshotCells;
import io.featherwire.classifier.accuracy.SnapshotKey;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.serde.AvroSerde;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a bundle of a thousand classes costs the stream thread, whose matrices have a million cells. */
final class ThousandClassesTest {
    private static final int CLASSES = 1_000;
    private static final int FRAMES_PER_SECOND = 100;
    private static final long NOON = 1_700_000_000_000L;
    private static final String BUNDLE = "00000000000000aa";
    private static final List<String> NAMES =
            IntStream.range(0, CLASSES).mapToObj(i -> "class-" + i).toList();
    private static final AvroSerde<AccuracySnapshot> SERDE = AvroSerde.of(AccuracySnapshot.class);

    private static final class Memory implements LedgerStore {
        private final TreeMap<byte[], byte[]> entries = new TreeMap<>(java.util.Arrays::compareUnsigned);

        @Override
        public byte[] get(byte[] key) {
            return entries.get(key);
        }

        @Override
        public void put(byte[] key, byte[] value) {
            entries.put(key, value);
        }

        @Override
        public void delete(byte[] key) {
            entries.remove(key);
        }

        @Override
        public void scan(byte[] from, BiPredicate<byte[], byte[]> visitor) {
            for (var entry : entries.tailMap(from).entrySet()) {
                if (!visitor.test(entry.getKey(), entry.getValue())) {
                    return;
                }
            }
        }
    }

    private final Random random = new Random(7);
    private final Ledger ledger = Ledger.rebuild(new Memory(), LedgerSettings.defaults(), refused -> {});
    private final SnapshotPartEmitter emitter = new SnapshotPartEmitter(SERDE, 0);
    private long frames;

    /** Labels come at once; three frames of four are right. */
    private void second(long now) {
        for (int i = 0; i < FRAMES_PER_SECOND; i++) {
            int label = random.nextInt(CLASSES);
            int predicted = random.nextInt(4) > 0 ? label : random.nextInt(CLASSES);
            var frame = new FrameKey("sensor", Long.toString(frames));
            var from = new InputPosition(frames, now);
            ledger.addPrediction(
                    frame,
                    FramePredictionBuilder.builder()
                            .bundle(BUNDLE)
                            .classIndex(predicted)
                            .probability(0.5f)
                            .payloadBytes(90)
                            .classifiedAt(now)
                            .uncompressedClass(FramePrediction.NOT_AUDITED)
                            .imageBytes(0)
                            .build(),
                    from,
                    now);
            ledger.addLabel(frame, new FrameLabel(NAMES.get(label), now), new byte[0], from, now);
            frames++;
        }
    }

    @Test
    void shouldPublishAThousandClassesCheaply() {
        // Given half an hour of frames
        ledger.addHead(CountedHead.ofBundle(BUNDLE, "many", NAMES));
        long now = NOON;
        for (int i = 0; i < 1_800; i++) {
            second(now);
            ledger.expire(now);
            now += 1_000;
        }
        emitter.changedParts(ledger, now, true);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();

        // When
        int ticks = 30;
        long bytes = 0;
        long nanos = 0;
        long written = 0;
        for (int i = 0; i < ticks; i++) {
            second(now);
            long before = threads.getThreadAllocatedBytes(self);
            long begin = threads.getThreadCpuTime(self);
            ledger.expire(now);
            written += emitter.changedParts(ledger, now, false).values().stream()
                    .mapToLong(part -> part.length)
                    .sum();
            nanos += threads.getThreadCpuTime(self) - begin;
            bytes += threads.getThreadAllocatedBytes(self) - before;
            now += 1_000;
        }

        // Then: a matrix written out is 8 MB of references alone, and there were ten of them each second
        System.out.printf(
                "a tick at %d classes, %d frames: %.1f ms, %.1f MB allocated, %.2f MB written%n",
                CLASSES, frames, nanos / 1e6 / ticks, bytes / 1e6 / ticks, written / 1e6 / ticks);
        assertThat(bytes / ticks).isLessThan(12_000_000);
        assertThat(written / ticks).isLessThan(1_000_000);
    }

    @Test
    void shouldCountTheSameWithAThousandClasses() {
        // Given
        ledger.addHead(CountedHead.ofBundle(BUNDLE, "many", NAMES));
        second(NOON);
        Map<SnapshotKey, AccuracySnapshot> parts = new HashMap<>();

        // When
        emitter.changedParts(ledger, NOON + 1_000, false)
                .forEach((key, value) -> parts.put(key.of(), SERDE.decode(value)));
        var merged = new SnapshotSum()
                .add(parts.get(new SnapshotKey(BUNDLE, "total")))
                .add(parts.get(new SnapshotKey(BUNDLE, "total")))
                .build(BUNDLE, "total", NOON);

        // Then
        assertThat(parts).hasSize(2 * 5);
        long[] frames = new long[2];
        SnapshotCells.forEach(merged, (label, predicted, n) -> frames[label == predicted ? 0 : 1] += n);
        assertThat(frames[0]).isEqualTo(merged.getCorrect()).isPositive();
        assertThat(frames[0] + frames[1]).isEqualTo(merged.getMatched()).isEqualTo(2L * FRAMES_PER_SECOND);
        assertThat(merged.getConfusion()).isEmpty();
    }

    @Test
    void shouldPublishNothingWithoutAChange() {
        ledger.addHead(CountedHead.ofBundle(BUNDLE, "many", NAMES));
        second(NOON);
        assertThat(emitter.changedParts(ledger, NOON, false)).hasSize(10);

        assertThat(emitter.changedParts(ledger, NOON, false)).isEmpty();
    }
}
