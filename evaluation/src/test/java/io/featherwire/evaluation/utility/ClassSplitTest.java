package io.featherwire.evaluation.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.evaluation.EvaluationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassSplitTest {

    @TempDir
    private Path directory;

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
    void shouldTakeSixtyPercentOfUnknownClassesForTheCodec() throws Exception {
        Set<String> classes =
                new TreeSet<>(IntStream.range(0, 10).mapToObj(i -> "class" + i).toList());

        ClassSplit lists = ClassSplit.of("mine", classes);

        assertThat(lists.codec()).containsExactly("class0", "class1", "class2", "class3", "class4", "class5");
        assertThat(lists.heads()).containsExactly("class6", "class7", "class8", "class9");
    }

    @Test
    void shouldNeedOneClassForTheCodecAndTwoForHeads() throws Exception {
        ClassSplit least = ClassSplit.of("mine", Set.of("a", "b", "c"));
        assertThat(least.codec()).containsExactly("a");
        assertThat(least.heads()).containsExactly("b", "c");

        for (Set<String> few : List.of(Set.<String>of(), Set.of("a"), Set.of("a", "b"))) {
            assertThatThrownBy(() -> ClassSplit.of("mine", few))
                    .isInstanceOf(EvaluationException.class)
                    .hasMessage("Cannot divide the " + few.size()
                            + " classes of mine: at least 3 are needed, one for the codec and two for heads.");
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{ | Unexpected end-of-input",
                "{} | Missing required creator property 'name'",
                "[] | Cannot deserialize",
                "{'name':'x','images':'','trainingImages':1,'testImages':1,'seeds':[1],'fewShot':[],'codec':['a'],'heads':['a','b']}"
                        + " | the classes of heads must be unseen",
                "{'name':'x','images':'','trainingImages':1,'testImages':1,'seeds':[1],'fewShot':[],'codec':['a'],'heads':['b']}"
                        + " | two classes for heads"
            })
    void shouldSayWhatIsWrongWithAFileOfClassLists(String text, String reason) throws Exception {
        Path file = Files.writeString(directory.resolve("lists.json"), text.replace('\'', '"'));

        assertThatThrownBy(() -> ClassSplit.read(file))
                .isInstanceOf(EvaluationException.class)
                .hasMessageStartingWith("Cannot read the class lists " + file + ": ")
                .hasMessageContaining(reason);
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
