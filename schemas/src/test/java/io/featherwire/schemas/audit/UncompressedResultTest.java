package io.featherwire.schemas.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

final class UncompressedResultTest {
    @Test
    void shouldReadBackWhatItWrote() {
        // Given
        var headers = new RecordHeaders();
        var result = new UncompressedResult(65_535, 0.75f, 2_345);

        // When
        new UncompressedResult(1, 1f, 1).addTo(headers);
        result.addTo(headers);

        // Then
        assertThat(UncompressedResult.from(headers)).contains(result);
        assertThat(headers).hasSize(1);
    }

    @Test
    void shouldKeepItsBytes() {
        assertThat(HexFormat.of().formatHex(new UncompressedResult(3, 0.5f, 258).toBytes()))
                .isEqualTo("01" + "0003" + "3f000000" + "00000102");
    }

    @Test
    void shouldReadNothingFromHostileBytes() {
        for (String hex : new String[] {
            "",
            "01",
            "02" + "0003" + "3f000000" + "00000102",
            "01" + "0003" + "7fc00000" + "00000102",
            "01000340000000ffffffff"
        }) {
            var headers = new RecordHeaders();
            headers.add(UncompressedResult.HEADER, HexFormat.of().parseHex(hex));
            assertThat(UncompressedResult.from(headers)).as(hex).isEmpty();
        }
        var noValue = new RecordHeaders();
        noValue.add(UncompressedResult.HEADER, null);
        assertThat(UncompressedResult.from(noValue)).isEmpty();
    }

    @Test
    void shouldRefuseInvalidValues() {
        assertThatIllegalArgumentException().isThrownBy(() -> new UncompressedResult(65_536, 0.5f, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new UncompressedResult(1, Float.NaN, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new UncompressedResult(1, 0.5f, -1));
    }
}
