package io.featherwire.bundler.head;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.bundler.BundlerException;
import org.junit.jupiter.api.Test;

final class SoftmaxStepTest {

    @Test
    void shouldSayWhyRowsDoNotFitIntoABuffer() {
        // 256 x 2^21 floats take 2^31 bytes
        assertThatThrownBy(() -> new SoftmaxStep(256, 1 << 21, 3))
                .isInstanceOf(BundlerException.class)
                .hasMessageContaining("batches of 256 features with 2097152 floats each");
        // 2^16 x 2^16 is 0 as an int
        assertThatThrownBy(() -> new SoftmaxStep(1 << 16, 1 << 16, 3)).isInstanceOf(BundlerException.class);
    }
}
