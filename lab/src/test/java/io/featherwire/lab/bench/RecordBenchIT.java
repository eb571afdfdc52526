package io.featherwire.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordBenchIT {

    @TempDir
    private Path directory;

    @Test
    void shouldFindEveryFrameInTheLogWithLittleOverhead() throws Exception {
        try (RecordBench bench = new RecordBench(directory, 1, 14)) {
            // When
            RecordCost plain = bench.measure(new RecordTraffic(1000, Duration.ofMillis(100), false), 4);
            RecordCost transactions = bench.measure(new RecordTraffic(30, Duration.ofMillis(100), true), 10);

            // Then
            assertThat(plain.frames()).isEqualTo(400);
            assertThat(plain.dataBatches()).isEqualTo(4);
            assertThat(plain.markerBytes()).isZero();
            assertThat(plain.perFrame(plain.payloadBytes())).isBetween(13.0, 15.0);
            assertThat(plain.overheadPerFrame()).isLessThanOrEqualTo(24);
            assertThat(plain.logBytes()).isLessThan(plain.plainBytes() + plain.batchHeaderBytes());
            assertThat(transactions.frames()).isEqualTo(30);
            assertThat(transactions.dataBatches()).isEqualTo(10);
            assertThat(transactions.markerBytes()).isEqualTo(10 * 78);
        }
    }
}
