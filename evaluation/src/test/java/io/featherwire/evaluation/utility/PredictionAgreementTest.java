package io.featherwire.evaluation.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PredictionAgreementTest {

    @Test
    void shouldTellATiedFirstPredictionFromAnother() {
        // Given four images: the second and the third have two first predictions
        Rows wanted = new Rows(new float[] {2, 1, 0, 2, 2, 0, 0, 2, 2, 2, 1, 0}, 3);
        // When the predictions are the same, the other of the tied ones, the one that did not tie, and another
        Rows logits = new Rows(new float[] {2, 1, 0, 1, 2, 0, 2, 1, 0, 1, 2, 0}, 3);

        PredictionAgreement own = PredictionAgreement.of(wanted, logits);

        // Then
        assertThat(own.agreement()).isEqualTo(0.25);
        assertThat(own.amongTied()).isEqualTo(0.5);
        assertThat(own.tied()).isEqualTo(0.5);
        assertThat(own.topFive()).isEqualTo(1);
    }

    @Test
    void shouldTakeTheFirstOfEqualsWhereNothingChanges() {
        Rows logits = new Rows(new float[] {1, 1, 0, 0, 3, 3}, 3);

        PredictionAgreement own = PredictionAgreement.of(logits, logits);

        assertThat(own.agreement()).isEqualTo(1);
        assertThat(own.amongTied()).isEqualTo(1);
        assertThat(own.divergence()).isCloseTo(0, within(1e-12));
    }
}
