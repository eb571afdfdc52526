package io.featherwire.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.image.RgbImage;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SyntheticDatasetTest {

    /** SHA-256 of the first 50 files of the test split. A new value requires a new SceneSource.VERSION. */
    private static final String GOLDEN = "2c4d5dadc0f54846aeea4f0201a2e50b13ce30a2e46196778f25320d8ec94fab";

    @Test
    void shouldRenderTheSameBytesOnEveryMachine() throws Exception {
        // Given
        Split test = SyntheticDataset.parse("synthetic").test();
        // When
        MessageDigest digest = DatasetHash.sha256();
        for (int i = 0; i < 50; i++) {
            digest.update(test.get(i).image().bytes());
        }
        // Then
        assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(GOLDEN);
    }

    @Test
    void shouldShowEachClassOnceInTenSuccessiveImages() throws Exception {
        Split train = SyntheticDataset.parse("synthetic:100").train();
        for (int ten = 0; ten < 100; ten += 10) {
            Set<Integer> seen = new TreeSet<>();
            for (int i = ten; i < ten + 10; i++) {
                seen.add(train.get(i).label());
            }
            assertThat(seen).hasSize(10);
        }
    }

    @Test
    void shouldWriteFilesThatDecodeTo32By32() throws Exception {
        var decoder = new ImageDecoder(ImageLimits.DEFAULT);
        for (String condition : new String[] {"clear", "fog", "night", "camera"}) {
            Split test = SyntheticDataset.parse("synthetic:" + condition).test();
            for (int i = 0; i < 20; i++) {
                RgbImage image = decoder.decode(test.get(i).image());
                assertThat(image.width()).isEqualTo(32);
                assertThat(image.height()).isEqualTo(32);
            }
        }
    }

    @Test
    void shouldRenderDarkNightsAndPaleFog() throws Exception {
        // Given
        double[] clear = meanAndSpread("synthetic");
        // When
        double[] night = meanAndSpread("synthetic:night");
        double[] fog = meanAndSpread("synthetic:fog");
        // Then
        assertThat(night[0]).isLessThan(clear[0] / 2);
        assertThat(fog[1]).isLessThan(clear[1] * .8);
    }

    @Test
    void shouldTakeSizeConditionAndSeedFromTheSpec() throws Exception {
        SyntheticDataset dataset = SyntheticDataset.parse("synthetic:200:fog:seed=7");
        assertThat(dataset.name()).isEqualTo("synthetic-fog");
        assertThat(dataset.train().size()).isEqualTo(200);
        assertThat(dataset.test().size()).isEqualTo(40);
        assertThat(dataset.fingerprint())
                .isNotEqualTo(SyntheticDataset.parse("synthetic:200:fog").fingerprint());
    }

    @Test
    void shouldExplainTheSyntaxOfAnInvalidSpec() {
        assertThatThrownBy(() -> SyntheticDataset.parse("synthetic:rain"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("'rain'")
                .hasMessageContaining(":fog");
        assertThatThrownBy(() -> SyntheticDataset.parse("synthetic:3")).hasMessageContaining("at least 10 images");
    }

    private static double[] meanAndSpread(String spec) throws Exception {
        Split test = SyntheticDataset.parse(spec).test();
        var decoder = new ImageDecoder(ImageLimits.DEFAULT);
        double sum = 0;
        double squares = 0;
        long count = 0;
        for (int i = 0; i < 50; i++) {
            for (byte level : decoder.decode(test.get(i).image()).rgb()) {
                double value = level & 0xFF;
                sum += value;
                squares += value * value;
                count++;
            }
        }
        double mean = sum / count;
        return new double[] {mean, Math.sqrt(squares / count - mean * mean)};
    }
}
