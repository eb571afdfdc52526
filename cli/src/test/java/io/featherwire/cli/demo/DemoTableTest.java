package io.featherwire.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DemoTableTest {

    @Test
    void shouldFit80ColumnsWithLargeNumbers() {
        var report = new DemoReport(
                "a-directory-with-quite-a-name",
                1_000_000,
                999_999,
                999_999,
                1,
                .8765,
                .8801,
                .0036,
                123_456.7,
                100_352,
                12_800,
                1234.5,
                2345.6,
                98.77,
                12_345.6,
                1_234.5,
                23_456.7,
                16_419.7,
                123_456,
                123_456,
                234_567,
                "cuda:0",
                4096,
                4095.9,
                "0123456789abcdef",
                224,
                List.of(512, 7, 7),
                List.of(128, 5, 5),
                true,
                new DemoReport.SecondHead("fedcba9876543210", 500_000, 123.4, 499_999, .8712));
        String table = DemoTable.of(report);
        assertThat(table.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(table).contains("87.65 %", "88.01 %", "0.36 points", "100,352", "512×7×7", "128×5×5", "98.77 %");
        assertThat(table)
                .contains(
                        "87.12 %",
                        "499,999 frames", "500,000 payloads", "on  rate-distortion optimised quantisation (RDOQ)");
    }

    @Test
    void shouldSayUnknownWithoutLabels() {
        var report = new DemoReport(
                "x",
                1,
                1,
                0,
                0,
                null,
                null,
                null,
                1,
                1,
                1,
                1,
                1,
                1,
                1,
                1,
                1,
                null,
                1,
                1,
                1,
                "cpu",
                1,
                1,
                "0123456789abcdef",
                32,
                List.of(1, 1, 1),
                List.of(1, 1, 1),
                false,
                null);
        assertThat(DemoTable.of(report).lines().filter(line -> line.contains("unknown")))
                .hasSize(3);
    }
}
