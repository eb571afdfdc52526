package io.featherwire.evaluation.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassSplitTest {

    @Test
    void shouldRecogniseADataSetByItsClasses() throws Exception {
        ClassSplit lists;
        try (var in = ClassSplit.class.getResourceAsStream("cifar-100.json")) {
            lists = new com.fasterxml.jackson.databind.ObjectMapper().readValue(in, ClassSplit.class);
        }
        assertThat(lists.codec()).hasSize(60).contains("apple");
        assertThat(lists.heads()).hasSize(40).contains("worm").doesNotContainAnyElementsOf(lists.codec());
        Set<String> all = new TreeSet<>(lists.codec());
        all.addAll(lists.heads());

        assertThat(ClassSplit.of("renamed", all)).isEqualTo(lists);
        assertThat(lists.trainingImages()).isEqualTo(200);
        assertThat(lists.testImages()).isEqualTo(50);
    }

    @Test
    void shouldTakeSixtyPercentOfUnknownClassesForTheCodec() {
        Set<String> classes =
                new TreeSet<>(IntStream.range(0, 10).mapToObj(i -> "class" + i).toList());

        ClassSplit lists = ClassSplit.of("mine", classes);

        assertThat(lists.codec()).containsExactly("class0", "class1", "class2", "class3", "class4", "class5");
        assertThat(lists.heads()).containsExactly("class6", "class7", "class8", "class9");
    }

    @Test
    void shouldRejectAClassInBothLists() {
        assertThatThrownBy(() -> ClassSplitBuilder.builder()
                        .name("x")
                        .images("")
                        .trainingImages(1)
                        .testImages(1)
                        .seeds(List.of(1))
                        .fewShot(List.of())
                        .codec(List.of("a"))
                        .heads(List.of("a", "b"))
                        .build())
                .hasMessageContaining("unseen");
    }
}
