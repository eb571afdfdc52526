package io.featherwire.producer.outbox;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.featherwire.producer.outbox.OutboxBatch.Gap;
import io.featherwire.producer.outbox.OutboxBatch.Row;
import io.featherwire.producer.outbox.ProcessHistory.Writer;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.schemas.FrameGap;
import io.featherwire.schemas.OutboxPosition;
import io.featherwire.schemas.quality.CoarserMark;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutboxTest {

    private static final DataSize LARGEST = new DataSize(64 << 10);
    private static final DataSize CAP = DataSize.ofMebibytes(8);

    @TempDir
    private Path directory;

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong wall = new AtomicLong(1_700_000_000_000L);

    @ParameterizedTest
    @EnumSource
    void shouldStayBelowItsLimitAndCountEachDroppedFrame(OverflowPolicy policy) throws IOException {
        // Given
        int frames = 6_000;
        try (Outbox outbox = open(directory, policy)) {
            // When
            for (int i = 0; i < frames; i += 10) {
                List<OutboxEntry> entries = new ArrayList<>();
                for (int j = i; j < i + 10; j++) {
                    entries.add(entry(j, 1_800));
                }
                outbox.append(entries, List.of(), List.of());
                assertThat(bytes(directory)).isLessThanOrEqualTo(CAP.bytes());
            }
            // Then
            List<Integer> kept = new ArrayList<>();
            long given = drain(outbox, kept);
            assertThat(given).isPositive().isEqualTo(outbox.droppedFrames());
            assertThat(kept.size() + given).isEqualTo(frames);
            // Two rows of 1,800 bytes fill a page; thinning halves what is there.
            int room = (int) (settings(directory, policy, CAP).databaseBytes() / OutboxSettings.PAGE) * 2;
            assertThat(kept)
                    .isSorted()
                    .doesNotHaveDuplicates()
                    .hasSizeGreaterThan(policy == OverflowPolicy.THIN ? room * 4 / 10 : room * 85 / 100);
            switch (policy) {
                case OLDEST, COARSER -> assertThat(kept).contains(frames - 1).doesNotContain(0);
                case NEWEST -> assertThat(kept).contains(0).doesNotContain(frames - 1);
                // Of each of the two sensors one frame in a power of two, from the first to the last.
                default -> assertThat(kept).contains(0, 1).anyMatch(number -> number > frames - 20);
            }
            assertThat(outbox.isEmpty()).isTrue();
        }
    }

    /** The driver deletes its library at the JVM's exit, so each power cut would leave one. */
    @Test
    void shouldLeaveNoLibraryInTheTemporaryDirectory() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        assumeTrue(Files.isReadable(maps), "this system does not list the files of a process");
        try (Outbox outbox = open(directory, OverflowPolicy.OLDEST)) {
            // When
            assertThat(outbox.isEmpty()).isTrue();

            // Then
            List<String> libraries;
            try (Stream<String> lines = Files.lines(maps)) {
                libraries = lines.filter(line -> line.contains("sqlitejdbc.so")).toList();
            }
            assertThat(libraries).isNotEmpty().allMatch(line -> line.endsWith(" (deleted)"));
        }
    }

    @Test
    void shouldRecogniseTheNewestNamedFramesAfterARestart(@TempDir Path at) {
        // Given
        try (Outbox outbox = open(at, OverflowPolicy.OLDEST)) {
            outbox.append(List.of(entry(0, 10)), List.of(), List.of(1L, 2L));
            outbox.append(
                    List.of(entry(1, 10)),
                    List.of(),
                    LongStream.range(10, 10_009).boxed().toList());
        }
        // When
        try (Outbox outbox = open(at, OverflowPolicy.OLDEST)) {
            // Then
            assertThat(outbox.capturedKeys().isCaptured(1)).isFalse();
            assertThat(outbox.capturedKeys().isCaptured(2)).isTrue();
            assertThat(outbox.capturedKeys().isCaptured(10_008)).isTrue();
        }
    }

    @Test
    void shouldLowerTheQualityAsItFillsAndDeclareThePeriodWhenItEnds() {
        // Given
        int[] stored = new int[4];
        int next = 0;
        try (Outbox outbox = open(directory, OverflowPolicy.COARSER)) {
            int frame = 0;
            // When: it fills, with frames of the quality that it asks for
            for (; outbox.droppedFrames() == 0; frame++) {
                int step = outbox.coarserStep();
                assertThat(step).isGreaterThanOrEqualTo(next);
                next = step;
                stored[step]++;
                outbox.append(List.of(coarser(frame, step)), List.of(), List.of());
            }
            // Then
            assertThat(stored).doesNotContain(0);
            assertThat(outbox.coarserFrames()).isEqualTo(stored[1] + stored[2] + stored[3]);
            long room = settings(directory, OverflowPolicy.COARSER, CAP).databaseBytes();
            assertThat(stored[0] * 1_900L).isBetween(room * 45 / 100, room * 55 / 100);
            // Of each sensor the periods of the first two steps are over, the third lasts.
            OutboxBatch first = outbox.begin(1, 1 << 20, 0, false);
            assertThat(first.gaps())
                    .extracting(Gap::reason)
                    .containsExactlyInAnyOrder(
                            "coarser-1", "coarser-1", "coarser-2", "coarser-2", "full-oldest", "full-oldest");
            outbox.markSent(first.doubt(), 0, 0);
            // When: the line is back
            List<Gap> declared = new ArrayList<>(first.gaps());
            for (OutboxBatch batch = outbox.begin(100, 1 << 20, 0, false);
                    !batch.isEmpty();
                    batch = outbox.begin(100, 1 << 20, 0, false)) {
                declared.addAll(batch.gaps());
                outbox.markSent(batch.doubt(), 0, 0);
                if (outbox.coarserStep() == 0 && outbox.frames() > 1_000) {
                    outbox.append(List.of(coarser(frame++, 0)), List.of(), List.of());
                }
            }
            // Then
            assertThat(outbox.coarserStep()).isZero();
            assertThat(outbox.isEmpty()).isTrue();
            for (int step = 1; step < 4; step++) {
                String reason = "coarser-" + step;
                assertThat(declared.stream()
                                .filter(gap -> gap.reason().equals(reason))
                                .mapToLong(Gap::frames)
                                .sum())
                        .as(reason)
                        .isEqualTo(stored[step]);
            }
        }
    }

    @Test
    void shouldDeclareLowerQualityWithoutAMissingFrame() {
        // Given
        var gap = new FrameGap(
                "device",
                5L,
                7L,
                "coarser-2",
                40L,
                4_000L,
                "a",
                "z",
                Instant.ofEpochMilli(1_000),
                Instant.ofEpochMilli(2_000));
        // When
        var record = GapRecords.toRecord("edge-gaps", "gate", gap);
        // Then
        FrameGap read = AvroSerde.of(FrameGap.class).decode(record.value());
        assertThat(read.getFrames()).isZero();
        assertThat(read.getReason()).isEqualTo("coarser-2");
        assertThat(new String(record.headers().lastHeader("fw.coarser").value(), StandardCharsets.US_ASCII))
                .isEqualTo("40");
    }

    private static OutboxEntry coarser(int number, int step) {
        OutboxEntry full = entry(number, 1_800 * (4 - step) / 4);
        if (step > 0) {
            CoarserMark.add(full.headers(), step);
        }
        return full;
    }

    @Test
    void shouldRemoveTheKeysOfFilesThatWereDeletedLongestAgo() throws Exception {
        // Given
        OutboxSettings settings = settings(directory, OverflowPolicy.OLDEST, CAP);
        try (OutboxFile file = OutboxFile.open(settings)) {
            file.transaction(() -> file.update("INSERT INTO taken VALUES(?), (?)", 1L, 2L));
            var keys = new CapturedKeys(new Object(), file, 100);
            for (long key = 10; key < 130; key++) {
                List<Long> one = List.of(key);
                file.transaction(() -> keys.add(one, List.of()));
            }
            assertThat(keys.isPruneDue()).isFalse();
            file.transaction(() -> keys.add(LongStream.range(130, 140).boxed().toList(), List.of()));
            assertThat(keys.isPruneDue()).isTrue();
            // When files 2, 10 and 139 exist, of 132
            int removed = keys.prune(Set.of(2L, 10L, 139L));
            // Then 100 that do not exist are kept, the newest
            assertThat(removed).isEqualTo(29);
            assertThat(LongStream.range(1, 140).filter(keys::isCaptured))
                    .hasSize(103)
                    .contains(2L, 10L, 139L)
                    .doesNotContain(1L, 11L, 38L)
                    .contains(39L);
            assertThat(keys.isPruneDue()).isFalse();
        }
        // When as many existed once, and none is found, as on a file system that is not mounted
        try (OutboxFile file = OutboxFile.open(settings)) {
            var keys = new CapturedKeys(new Object(), file, 10);
            assertThat(keys.isPruneDue()).isTrue();
            Set<Long> all =
                    LongStream.range(1, 140).filter(keys::isCaptured).boxed().collect(Collectors.toSet());
            assertThat(keys.prune(all)).isZero();
            assertThat(keys.prune(Set.of())).isZero();
            // Then
            assertThat(all).allMatch(keys::isCaptured);
        }
        // When key 10 was seen by the first sweep, and all but the newest ones may go
        try (OutboxFile file = OutboxFile.open(settings)) {
            file.transaction(() -> file.setState("captured.most", 0));
            var keys = new CapturedKeys(new Object(), file, 10);
            assertThat(keys.prune(Set.of())).isEqualTo(93);
            // Then
            assertThat(keys.isCaptured(10)).isTrue();
            assertThat(keys.isCaptured(138)).isTrue();
            assertThat(keys.isCaptured(120)).isFalse();
        }
    }

    @Test
    void shouldNeverReuseIdsOrNumbersAfterACrashOrAClockChange() throws IOException {
        // Given
        Set<String> ids = new HashSet<>();
        Path crashed = directory.resolve("crashed");
        long last;
        try (Outbox outbox = open(directory.resolve("first"), OverflowPolicy.OLDEST)) {
            for (int i = 0; i < 100; i++) {
                assertThat(ids.add(outbox.newFrameId())).isTrue();
                outbox.append(List.of(entry(i, 10)), List.of((long) i), List.of());
            }
            last = outbox.lastNumber();
            copy(directory.resolve("first"), crashed);
        }
        // When
        wall.addAndGet(-Duration.ofDays(3650).toMillis());
        // Then
        try (Outbox outbox = open(crashed, OverflowPolicy.OLDEST)) {
            assertThat(outbox.frames()).isEqualTo(100);
            assertThat(outbox.capturedKeys().isCaptured(99)).isTrue();
            assertThat(outbox.capturedKeys().isCaptured(100)).isFalse();
            for (int i = 0; i < 20_000; i++) {
                assertThat(ids.add(outbox.newFrameId())).isTrue();
            }
            assertThat(outbox.lastNumber()).isGreaterThan(last + 20_000);
        }
    }

    @Test
    void shouldDropByElapsedTimeAndNotByTheWallClock() {
        // Given
        try (Outbox outbox = open(directory, OverflowPolicy.OLDEST)) {
            outbox.append(List.of(entry(0, 10)), List.of(), List.of());
            wall.addAndGet(Duration.ofDays(400).toMillis());
            outbox.append(List.of(entry(1, 10)), List.of(), List.of());
            assertThat(outbox.frames()).isEqualTo(2);
            // When
            nanos.addAndGet(Duration.ofHours(2).toNanos());
            outbox.append(List.of(entry(2, 10)), List.of(), List.of());
            // Then
            OutboxBatch batch = outbox.begin(10, 1 << 20, 0, false);
            assertThat(batch.rows()).extracting(row -> row.entry().frameId()).containsExactly("2");
            assertThat(batch.gaps())
                    .extracting(Gap::reason, Gap::frames, Gap::firstFrameId)
                    .containsExactly(tuple("age", 1L, "0"), tuple("age", 1L, "1"));
        }
    }

    /** The clock of a device that was off may be a year ahead, or be the time of its manufacture, until it is set. */
    @Test
    void shouldCountTimeWithoutAProcessOnlyByAConfirmedClock() {
        // Given
        try (Outbox outbox = open(directory, OverflowPolicy.OLDEST)) {
            outbox.confirmClock();
            outbox.append(List.of(entry(0, 10)), List.of(), List.of());
        }
        // When: off for half an hour, and started with a clock a year ahead
        wall.addAndGet(Duration.ofDays(365).toMillis());
        try (Outbox outbox = open(directory, OverflowPolicy.OLDEST)) {
            outbox.append(List.of(entry(1, 10)), List.of(), List.of());
            // Then
            assertThat(outbox.frames()).isEqualTo(2);
            // When: the clock is set right before it is confirmed
            wall.addAndGet(
                    Duration.ofMinutes(30).toMillis() - Duration.ofDays(365).toMillis());
            outbox.confirmClock();
            outbox.append(List.of(entry(2, 10)), List.of(), List.of());
            // Then
            assertThat(outbox.frames()).isEqualTo(3);
            assertThat(outbox.oldestAge()).isEqualTo(Duration.ofMinutes(30).toMillis());
        }
        // When: off for two days, and started with a clock that is decades behind
        wall.addAndGet(-Duration.ofDays(20_000).toMillis());
        try (Outbox outbox = open(directory, OverflowPolicy.OLDEST)) {
            outbox.append(List.of(entry(3, 10)), List.of(), List.of());
            assertThat(outbox.frames()).isEqualTo(4);
            wall.addAndGet(Duration.ofDays(20_002).toMillis());
            outbox.confirmClock();
            outbox.append(List.of(entry(4, 10)), List.of(), List.of());
            // Then: all of before is two days old, and what came while the clock was wrong may be
            OutboxBatch batch = outbox.begin(10, 1 << 20, 0, false);
            assertThat(batch.rows()).extracting(row -> row.entry().frameId()).containsExactly("4");
            assertThat(batch.gaps()).extracting(Gap::reason).containsOnly("age");
        }
    }

    /** It has no table of periods of lower quality, and the time of its last write by the device's clock. */
    @Test
    void shouldOpenAnOutboxOfAnEarlierRelease() throws Exception {
        // Given
        try (Outbox outbox = open(directory, OverflowPolicy.OLDEST)) {
            outbox.append(List.of(entry(0, 10), entry(1, 10)), List.of(7L), List.of());
        }
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("outbox.db"));
                Statement statement = database.createStatement()) {
            statement.execute("DROP TABLE coarser");
            statement.execute("DELETE FROM state WHERE key LIKE 'confirmed%'");
            statement.execute("INSERT INTO state VALUES('left', " + wall.get() + ")");
        }
        // When
        wall.addAndGet(Duration.ofMinutes(30).toMillis());
        try (Outbox outbox = open(directory, OverflowPolicy.COARSER)) {
            outbox.append(List.of(entry(2, 10)), List.of(), List.of());
            // Then
            assertThat(outbox.capturedKeys().isCaptured(7)).isTrue();
            assertThat(outbox.oldestAge()).isZero();
            outbox.confirmClock();
            assertThat(outbox.oldestAge()).isEqualTo(Duration.ofMinutes(30).toMillis());
            List<Integer> sent = new ArrayList<>();
            assertThat(drain(outbox, sent)).isZero();
            assertThat(sent).containsExactly(0, 1, 2);
        }
    }

    /** Brokers accept timestamps up to an hour ahead of their own clocks. */
    @Test
    void shouldNotAddUpTheErrorsOfAClock() {
        try (Outbox outbox = open(directory, OverflowPolicy.OLDEST, CAP)) {
            outbox.confirmClock();
            outbox.append(List.of(entry(0, 10)), List.of(), List.of());
            // When
            long ahead = Duration.ofMinutes(20).toMillis();
            for (int i = 0; i < 10; i++) {
                wall.addAndGet(ahead);
                outbox.confirmClock();
                wall.addAndGet(-ahead);
                outbox.confirmClock();
            }
            // Then
            assertThat(outbox.oldestAge()).isEqualTo(ahead);
        }
    }

    @Test
    void shouldKeepRowsInDoubtUntilTheirOutcomeIsKnown() throws IOException {
        // Given
        Path crashed = directory.resolve("crashed");
        try (Outbox outbox = open(directory.resolve("first"), OverflowPolicy.OLDEST)) {
            outbox.append(List.of(entry(0, 1_800), entry(1, 1_800), entry(2, 1_800)), List.of(), List.of());
            outbox.begin(2, 1 << 20, 0, false);
            copy(directory.resolve("first"), crashed);
        }
        try (Outbox outbox = open(crashed, OverflowPolicy.OLDEST)) {
            // When
            for (int i = 3; i < 6_000; i++) {
                outbox.append(List.of(entry(i, 1_800)), List.of(), List.of());
            }
            // Then
            outbox.markNotSent();
            assertThat(outbox.begin(3, 1 << 20, 0, false).rows())
                    .extracting(row -> row.entry().frameId())
                    .startsWith("0", "1")
                    .doesNotContain("2");
        }
    }

    /** An unacknowledged batch may be on its topic: frames of it that were given up would be declared lost, and arrive. */
    @Test
    void shouldNotDropFramesOfUnacknowledgedBatches() throws IOException {
        // Given: a device that was killed while it sent, and a line that was cut while it sent less
        Path crashed = directory.resolve("crashed");
        try (Outbox outbox = open(directory.resolve("first"), OverflowPolicy.OLDEST)) {
            outbox.append(
                    List.of(entry(0, 1_800), entry(1, 1_800), entry(2, 1_800), entry(3, 1_800)), List.of(), List.of());
            outbox.begin(3, 1 << 20, 0, true);
            copy(directory.resolve("first"), crashed);
        }
        try (Outbox outbox = open(crashed, OverflowPolicy.OLDEST)) {
            outbox.markNotSent();
            outbox.begin(1, 1 << 20, 0, true);
            outbox.markNotSent();
            // When
            for (int i = 4; i < 6_000; i++) {
                outbox.append(List.of(entry(i, 1_800)), List.of(), List.of());
            }
            // Then
            assertThat(outbox.begin(4, 1 << 20, 0, true).rows())
                    .extracting(row -> row.entry().frameId())
                    .startsWith("0", "1", "2")
                    .doesNotContain("3");
        }
    }

    @Test
    void shouldSendLiveFramesBesideOlderOnesAndEachOnce() {
        // Given
        List<Integer> sent = new ArrayList<>();
        try (Outbox outbox = open(directory, OverflowPolicy.OLDEST)) {
            for (int i = 0; i < 100; i++) {
                outbox.append(List.of(entry(i, 10)), List.of(), List.of());
            }
            outbox.onConnected();
            // When
            for (int i = 100; i < 200; i++) {
                outbox.append(List.of(entry(i, 10)), List.of(), List.of());
                OutboxBatch batch = outbox.begin(4, 1 << 20, 0.5, false);
                batch.rows().forEach(row -> sent.add(number(row)));
                outbox.markSent(batch.doubt(), 0, i);
            }
            drain(outbox, sent);
        }
        // Then
        assertThat(sent).hasSize(200).doesNotHaveDuplicates();
        assertThat(sent.subList(0, 3)).containsExactly(0, 1, 2);
        assertThat(sent.indexOf(110)).isLessThan(sent.indexOf(60));
        assertThat(sent.stream().filter(number -> number < 100)).isSorted();
        assertThat(sent.stream().filter(number -> number >= 100)).isSorted();
    }

    @Test
    void shouldSendFramesInOrderAcrossAReconnection() {
        // Given
        List<Integer> sent = new ArrayList<>();
        try (Outbox outbox = open(directory, OverflowPolicy.OLDEST)) {
            outbox.append(List.of(entry(0, 10)), List.of(), List.of());
            // When
            outbox.onConnected();
            outbox.append(List.of(entry(1, 10)), List.of(), List.of());
            drain(outbox, sent);
            // Then
            assertThat(outbox.isEmpty()).isTrue();
        }
        assertThat(sent).containsExactly(0, 1);
    }

    @Test
    void shouldReportThatAnotherProcessUsesIt() {
        try (Outbox first = open(directory, OverflowPolicy.OLDEST)) {
            assertThat(first.frames()).isZero();
            assertThatThrownBy(() -> open(directory, OverflowPolicy.OLDEST))
                    .isInstanceOf(OutboxException.class)
                    .hasMessageContaining("another process uses the outbox");
        }
    }

    @Test
    void shouldShrinkToALowerLimit() throws IOException {
        // Given
        try (Outbox outbox = open(directory, OverflowPolicy.OLDEST, DataSize.ofMebibytes(12))) {
            for (int i = 0; i < 4_000; i++) {
                outbox.append(List.of(entry(i, 1_800)), List.of(), List.of());
            }
        }
        assertThat(bytes(directory)).isGreaterThan(CAP.bytes());
        // When
        try (Outbox outbox = open(directory, OverflowPolicy.OLDEST)) {
            // Then
            List<Integer> kept = new ArrayList<>();
            assertThat(drain(outbox, kept) + kept.size()).isEqualTo(4_000);
        }
        assertThat(bytes(directory)).isLessThanOrEqualTo(CAP.bytes());
    }

    @ParameterizedTest
    @EnumSource
    void shouldContinueOnAFullDiskAndCountEachDroppedFrame(OverflowPolicy policy) throws IOException {
        // Given
        Path at = Files.createDirectory(directory.resolve("small"));
        try (SmallDisk disk = SmallDisk.mount(at, DataSize.ofMebibytes(16))) {
            int number = 0;
            List<Integer> kept = new ArrayList<>();
            try (Outbox outbox = open(at, policy, DataSize.ofMebibytes(64))) {
                number = append(outbox, number, 500);
                // When
                disk.fill();
                number = append(outbox, number, 5_000);
                // Then
                assertThat(outbox.droppedFrames()).isPositive();
                assertThat(outbox.frames() + outbox.droppedFrames()).isEqualTo(number);
            }
            // And: started again on a full disk
            try (Outbox outbox = open(at, policy, DataSize.ofMebibytes(64))) {
                number = append(outbox, number, 500);
                long before = outbox.frames();
                // And: with room again
                disk.free();
                await().atMost(Duration.ofMinutes(1)).until(() -> {
                    outbox.newFrameId();
                    outbox.append(List.of(), List.of(), List.of());
                    return Files.exists(at.resolve("outbox.reserve"));
                });
                number = append(outbox, number, 500);
                assertThat(outbox.frames()).isEqualTo(before + 500);
                assertThat(drain(outbox, kept) + kept.size()).isEqualTo(number);
            }
            assertThat(kept).isSorted().doesNotHaveDuplicates();
        }
    }

    /** A process that was killed leaves a log, whose index must not need space. */
    @Test
    void shouldOpenAfterAKillOnADiskThatIsFull() throws IOException {
        // Given
        Path at = Files.createDirectory(directory.resolve("small"));
        try (SmallDisk disk = SmallDisk.mount(at, DataSize.ofMebibytes(16))) {
            Path box = Files.createDirectory(at.resolve("box"));
            try (Outbox outbox = open(directory.resolve("running"), OverflowPolicy.OLDEST)) {
                append(outbox, 0, 100);
                copy(directory.resolve("running"), box);
            }
            Files.deleteIfExists(box.resolve("outbox.reserve"));
            disk.fill();
            // When
            try (Outbox outbox = open(box, OverflowPolicy.OLDEST)) {
                // Then
                assertThat(outbox.frames()).isEqualTo(100);
                disk.free();
                append(outbox, 100, 10);
                assertThat(drain(outbox, new ArrayList<>())).isZero();
            }
        }
    }

    /** The file was written before outboxes recorded their processes: 3 frames sent, one dropped, 4 wait. */
    @Test
    void shouldContinueAnOutboxOfVersion1() throws Exception {
        // Given
        try (InputStream old = OutboxTest.class.getResourceAsStream("outbox-version-1.db")) {
            Files.copy(requireNonNull(old, "old"), directory.resolve("outbox.db"));
        }
        try (Outbox outbox = open(directory, OverflowPolicy.OLDEST)) {
            long earlier = outbox.history().instance() + 1;
            assertThat(outbox.id()).isEqualTo(90_500_418);
            assertThat(outbox.frames()).isEqualTo(4);
            assertThat(outbox.lastKnown().sequence()).isEqualTo(6);
            // Then: a position of the release that wrote the file
            assertThat(outbox.history().writerOf(position(outbox, earlier, 10, 0)))
                    .isEqualTo(Writer.UNKNOWN);
            outbox.catchUp(position(outbox, earlier, 10, 0));
            assertThat(outbox.frames()).isEqualTo(4);
            outbox.history().onConfirmed();
            assertThat(outbox.history().writerOf(position(outbox, earlier, 10, 0)))
                    .isEqualTo(Writer.OTHER_COPY);
            // And
            OutboxBatch rest = outbox.begin(100, 1 << 20, 0, false);
            assertThat(rest.rows()).extracting(Row::number).containsExactly(10L, 12L, 14L, 16L);
            assertThat(rest.gaps()).extracting(Gap::frames).containsExactly(1L);
            outbox.markSent(rest.doubt(), 0, 6);
        }
        try (Outbox again = open(directory, OverflowPolicy.OLDEST)) {
            assertThat(again.isEmpty()).isTrue();
        }
    }

    @Test
    void shouldDropFramesAndGapsThatWereSentSinceTheOutboxWasCopied() throws IOException {
        // Given
        Path original = directory.resolve("original");
        Path copied = directory.resolve("copied");
        long writer;
        InDoubtTransaction sent;
        try (Outbox outbox = open(original, OverflowPolicy.OLDEST)) {
            writer = outbox.history().instance();
            append(outbox, 0, 40);
            outbox.drop(outbox.begin(10, 1 << 20, 0, false).rows(), "test");
            outbox.markNotSent();
            copy(original, copied);
            outbox.drop(outbox.begin(4, 1 << 20, 0, false).rows(), "test");
            outbox.markNotSent();
            OutboxBatch batch = outbox.begin(6, 1 << 20, 0, false);
            sent = batch.doubt();
            outbox.markSent(sent, 0, 0);
        }
        try (Outbox outbox = open(copied, OverflowPolicy.OLDEST)) {
            outbox.drop(outbox.begin(1, 1 << 20, 0, false).rows(), "test");
            outbox.markNotSent();
            // When
            OutboxPosition position = position(outbox, writer, sent.sequence(), sent.gap());
            outbox.catchUp(position);
            // Then: 40 frames less 10, 4 and 6
            assertThat(outbox.history().writerOf(position)).isEqualTo(Writer.OWN);
            assertThat(outbox.frames()).isEqualTo(20);
            assertThat(outbox.lastKnown()).isEqualTo(sent);
            List<Integer> rest = new ArrayList<>();
            assertThat(drain(outbox, rest)).isEqualTo(1);
            assertThat(rest).hasSize(20).startsWith(20);
        }
    }

    @Test
    void shouldRecogniseThatAnotherCopyWasUsed() throws IOException {
        // Given
        Path original = directory.resolve("original");
        Path copied = directory.resolve("copied");
        long writer;
        long end;
        try (Outbox outbox = open(original, OverflowPolicy.OLDEST)) {
            writer = outbox.history().instance();
            append(outbox, 0, 10);
            copy(original, copied);
        }
        // When
        try (Outbox outbox = open(copied, OverflowPolicy.OLDEST)) {
            end = outbox.lastNumber() + 1;
            append(outbox, 10, 10);
            // Then: the copy may have numbered other frames with the same number
            assertThat(outbox.history().writerOf(position(outbox, writer, end - 1, 0)))
                    .isEqualTo(Writer.OWN);
            assertThat(outbox.history().writerOf(position(outbox, writer, end, 0)))
                    .isEqualTo(Writer.OTHER_COPY);
            outbox.drop(outbox.begin(1, 1 << 20, 0, false).rows(), "test");
            long gap = outbox.begin(1, 1 << 20, 0, false).gaps().get(0).id();
            assertThat(outbox.history().writerOf(position(outbox, writer, 5, gap - 1)))
                    .isEqualTo(Writer.OWN);
            assertThat(outbox.history().writerOf(position(outbox, writer, 5, gap)))
                    .isEqualTo(Writer.OTHER_COPY);
        }
        try (Outbox outbox = open(original, OverflowPolicy.OLDEST)) {
            assertThat(outbox.history().writerOf(position(outbox, writer, 5, 0)))
                    .isEqualTo(Writer.OWN);
            assertThat(outbox.history().writerOf(position(outbox, writer + 1, 5, 0)))
                    .isEqualTo(Writer.OTHER_COPY);
            assertThat(outbox.history()
                            .writerOf(position(outbox, outbox.history().instance(), 5, 0)))
                    .isEqualTo(Writer.OWN);
        }
    }

    private static OutboxPosition position(Outbox outbox, long instance, long sequence, long gap) {
        return new OutboxPosition(outbox.id(), instance, sequence, 0L, 0L, gap, Instant.EPOCH);
    }

    @Test
    void shouldRejectAnOutboxOfALaterRelease() throws Exception {
        // Given
        open(directory, OverflowPolicy.OLDEST).close();
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("outbox.db"));
                java.sql.Statement statement = database.createStatement()) {
            statement.execute("PRAGMA user_version=3");
        }
        // Then
        assertThatThrownBy(() -> open(directory, OverflowPolicy.OLDEST))
                .isInstanceOf(OutboxException.class)
                .hasMessageContaining("version 3");
    }

    private static int append(Outbox outbox, int from, int frames) {
        for (int i = from; i < from + frames; i += 10) {
            List<OutboxEntry> entries = new ArrayList<>();
            for (int j = i; j < i + 10; j++) {
                entries.add(entry(j, 1_800));
            }
            outbox.append(entries, List.of(), List.of());
        }
        return from + frames;
    }

    private Outbox open(Path at, OverflowPolicy policy) {
        return open(at, policy, CAP);
    }

    private Outbox open(Path at, OverflowPolicy policy, DataSize cap) {
        return Outbox.open(settings(at, policy, cap), nanos::get, wall::get);
    }

    private static OutboxSettings settings(Path at, OverflowPolicy policy, DataSize cap) {
        return new OutboxSettings(at, cap, Duration.ofHours(1), policy, SyncPolicy.NORMAL, LARGEST);
    }

    private static OutboxEntry entry(int number, int bytes) {
        return OutboxEntryBuilder.builder()
                .topic("features")
                .sensorId("sensor-" + number % 2)
                .frameId(Integer.toString(number))
                .capturedAt(number)
                .timestamp(number)
                .headers(new RecordHeaders().add("n", new byte[] {(byte) number}))
                .value(new byte[bytes])
                .build();
    }

    private static int number(Row row) {
        return Integer.parseInt(row.entry().frameId());
    }

    /** Sends all; how many frames the gaps count. */
    private static long drain(Outbox outbox, List<Integer> into) {
        long gaps = 0;
        for (OutboxBatch batch = outbox.begin(100, 1 << 20, 0, false);
                !batch.isEmpty();
                batch = outbox.begin(100, 1 << 20, 0, false)) {
            batch.rows().forEach(row -> into.add(number(row)));
            gaps += batch.gaps().stream().mapToLong(Gap::frames).sum();
            outbox.markSent(batch.doubt(), 0, 0);
        }
        return gaps;
    }

    private static long bytes(Path at) throws IOException {
        try (var files = Files.list(at)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    /** What a process that is killed leaves behind. */
    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
