package io.featherwire.codec.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RangeCoderTest {

    /** Returns random decisions with probabilities from 1/65536 to 65535/65536. */
    private record Decisions(int[] from, int[] width) {

        static Decisions of(long seed, int count, int skew) {
            Random random = new Random(seed);
            int[] from = new int[count];
            int[] width = new int[count];
            for (int i = 0; i < count; i++) {
                width[i] = 1 + (int) (65_535 * Math.pow(random.nextDouble(), skew));
                from[i] = random.nextInt(65_536 - width[i] + 1);
            }
            return new Decisions(from, width);
        }

        byte[] encode() {
            RangeEncoder encoder = new RangeEncoder();
            for (int i = 0; i < from.length; i++) {
                encoder.encode(from[i], width[i]);
            }
            return encoder.finish();
        }

        boolean decodes(byte[] payload) {
            try {
                RangeDecoder decoder = new RangeDecoder(payload);
                for (int i = 0; i < from.length; i++) {
                    int target = decoder.peek();
                    if (target < from[i] || target >= from[i] + width[i]) {
                        return false;
                    }
                    decoder.consume(from[i], width[i]);
                }
                decoder.finish();
                return true;
            } catch (PayloadException e) {
                return false;
            }
        }

        double bits() {
            double bits = Math.log(256 / 224.0) / Math.log(2);
            for (int w : width) {
                bits += 16 - Math.log(w) / Math.log(2);
            }
            return bits;
        }
    }

    @Property
    void shouldDecodeWhatItEncodedWithinOneByteOfTheInformation(
            @ForAll long seed, @ForAll @IntRange(max = 400) int count, @ForAll @IntRange(max = 6) int skew) {
        Decisions decisions = Decisions.of(seed, count, skew);

        byte[] payload = decisions.encode();

        assertThat(decisions.decodes(payload)).isTrue();
        assertThat(payload.length).isBetween(1, (int) Math.ceil(decisions.bits() / 8 + 1e-3) + 1);
    }

    @Property
    void shouldEndOnTheShortestAndSmallestBytes(
            @ForAll long seed, @ForAll @IntRange(max = 40) int count, @ForAll @IntRange(max = 6) int skew) {
        Decisions decisions = Decisions.of(seed, count, skew);
        byte[] payload = decisions.encode();

        // No shorter payload decodes, and no longer payload or other last byte is accepted.
        assertThat(payload.length == 1 || !decisions.decodes(Arrays.copyOf(payload, payload.length - 1)))
                .isTrue();
        assertThat(decisions.decodes(Arrays.copyOf(payload, payload.length + 1)))
                .isFalse();
        for (int last = 0; last < 256; last++) {
            byte[] other = payload.clone();
            other[other.length - 1] = (byte) last;
            boolean entropy = (other[0] & 0xFF) >= PayloadHeader.FIRST_ENTROPY_BYTE;
            assertThat(entropy && decisions.decodes(other)).isEqualTo(Arrays.equals(other, payload));
        }
        for (int last = 0; last < 256; last++) {
            byte[] longer = Arrays.copyOf(payload, payload.length + 1);
            longer[payload.length] = (byte) last;
            assertThat(decisions.decodes(longer)).isFalse();
            // Payloads of one more byte with almost the same value are often in the same interval.
            longer[payload.length - 1]--;
            boolean entropy = (longer[0] & 0xFF) >= PayloadHeader.FIRST_ENTROPY_BYTE;
            assertThat(entropy && decisions.decodes(longer)).isFalse();
        }
    }

    @Test
    void shouldNeedOneByteForCertainDecisions() {
        RangeEncoder encoder = new RangeEncoder();
        for (int i = 0; i < 64; i++) {
            encoder.encode(0, 65_500);
        }

        assertThat(encoder.finish()).containsExactly(0x20);
    }

    @Test
    void shouldPropagateACarryThroughAllOnes() {
        // Given decisions at the top of the interval, so that all pending bits are ones
        Decisions decisions = new Decisions(new int[200], new int[200]);
        Arrays.fill(decisions.from, 65_535);
        Arrays.fill(decisions.width, 1);
        decisions.from[199] = 0;
        decisions.width[199] = 65_536;

        // When
        byte[] payload = decisions.encode();

        // Then
        assertThat(decisions.decodes(payload)).isTrue();
    }

    @Test
    void shouldRefuseATargetBeyondTheInterval() {
        RangeDecoder decoder = new RangeDecoder(new byte[] {-1, -1, -1, -1, -1, -1, -1});

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1000; i++) {
                        decoder.peek();
                        decoder.consume(0, 1);
                    }
                    decoder.finish();
                })
                .isInstanceOf(PayloadException.class);
    }
}
