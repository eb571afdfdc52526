package io.featherwire.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The stores' names are part of the names of changelog topics, in which an upgraded stream finds its state. */
class StoreNamesTest {

    @Test
    void shouldKeepTheNamesThatChangelogsOfEarlierReleasesHave() {
        assertThat(List.of(
                        ClassifierTopology.PENDING_STORE,
                        ClassifierTopology.LEDGER_STORE,
                        ClassifierTopology.PARTS_STORE))
                .containsExactly("classify-ring", "accuracy-ledger", "accuracy-parts-newest");
    }
}
