package io.featherwire.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DemoTableTest {

    @Test
    void shouldFit80ColumnsWithLargeNumbers() {
        var report = DemoReportBuilder.builder()
                .dataset("a-directory-with-quite-a-name")
                .frames(1_000_000)
                .classified(999_999)
                .matched(999_999)
                .deadLetters(1)
                .imageBytesMean(123_456.7)
                .featureBytes(100_352)
                .codeBytes(12_800)
                .payloadBytesMean(1234.5)
                .recordBytesMean(2345.6)
                .reductionPercent(98.77)
                .throughputImagesPerSecond(12_345.6)
                .coldImagesPerSecond(1_234.5)
                .steadyImagesPerSecond(23_456.7)
                .firstClassificationMs(123_456)
                .latencyMsP50(123_456)
                .latencyMsP99(234_567)
                .device("cuda:0")
                .batchSize(4096)
                .meanBatchFill(4095.9)
                .bundle("0123456789abcdef")
                .inputSize(224)
                .featureShape(List.of(512, 7, 7))
                .codeShape(List.of(128, 5, 5))
                .search(true)
                .accuracy(.8765)
                .baselineAccuracy(.8801)
                .accuracyDrop(.0036)
                .fedImagesPerSecond(16_419.7)
                .secondHead(new DemoReport.SecondHead("fedcba9876543210", 500_000, 123.4, 499_999, .8712))
                .searches(new DemoReport.Searches(500, .3126))
                .build();
        String table = DemoTable.toText(report);
        assertThat(table.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(table).contains("87.65 %", "88.01 %", "0.36 points", "100,352", "512×7×7", "128×5×5", "98.77 %");
        assertThat(table)
                .contains(
                        "87.12 %",
                        "31.26 %  of the ten nearest images",
                        "of 500 images",
                        "499,999 frames",
                        "500,000 payloads",
                        "on  rate-distortion optimised quantisation (RDOQ)");
    }

    @Test
    void shouldSayUnknownWithoutLabels() {
        var report = DemoReportBuilder.builder()
                .dataset("x")
                .frames(1)
                .classified(1)
                .matched(0)
                .deadLetters(0)
                .imageBytesMean(1)
                .featureBytes(1)
                .codeBytes(1)
                .payloadBytesMean(1)
                .recordBytesMean(1)
                .reductionPercent(1)
                .throughputImagesPerSecond(1)
                .coldImagesPerSecond(1)
                .steadyImagesPerSecond(1)
                .firstClassificationMs(1)
                .latencyMsP50(1)
                .latencyMsP99(1)
                .device("cpu")
                .batchSize(1)
                .meanBatchFill(1)
                .bundle("0123456789abcdef")
                .inputSize(32)
                .featureShape(List.of(1, 1, 1))
                .codeShape(List.of(1, 1, 1))
                .search(false)
                .build();
        assertThat(DemoTable.toText(report).lines().filter(line -> line.contains("unknown")))
                .hasSize(3);
    }
}
