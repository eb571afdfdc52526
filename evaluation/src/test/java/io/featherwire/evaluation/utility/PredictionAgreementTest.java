package io.featherwire.evaluation.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PredictionAgreementTest {

    @Test
    void shouldDistinguishTiedTopClassesFromOthers() {
        // Given: four images, of which the second and the third have two tied top classes
        FloatMatrix wanted = new FloatMatrix(new float[] {2, 1, 0, 2, 2, 0, 0, 2, 2, 2, 1, 0}, 3);
        // When: the predictions are the same class, the other tied class, a class that did not tie, and another class
        FloatMatrix logits = new FloatMatrix(new float[] {2, 1, 0, 1, 2, 0, 2, 1, 0, 1, 2, 0}, 3);

        PredictionAgreement own = PredictionAgreement.of(wanted, logits);

        // Then
        assertThat(own.agreement()).isEqualTo(0.25);
        assertThat(own.amongTied()).isEqualTo(0.5);
        assertThat(own.tied()).isEqualTo(0.5);
        assertThat(own.topFive()).isEqualTo(1);
    }

    @Test
    void shouldCountTheFirstOfTiedClassesIfNothingChanges() {
        FloatMatrix logits = new FloatMatrix(new float[] {1, 1, 0, 0, 3, 3}, 3);

        PredictionAgreement own = PredictionAgreement.of(logits, logits);

        assertThat(own.agreement()).isEqualTo(1);
        assertThat(own.amongTied()).isEqualTo(1);
        assertThat(own.divergence()).isCloseTo(0, within(1e-12));
    }
}
