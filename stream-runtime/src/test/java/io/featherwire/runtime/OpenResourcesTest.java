package io.featherwire.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenResourcesTest {

    @Test
    void shouldCloseAllInReverseOrderEvenIfOneFails() {
        // Given
        List<String> closed = new ArrayList<>();
        OpenResources opened = new OpenResources();
        opened.add(() -> closed.add("first"));
        opened.add(() -> {
            throw new IllegalStateException("second");
        });
        opened.add(() -> closed.add("third"));

        // Then
        assertThatThrownBy(opened::close).hasMessage("second");
        assertThat(closed).containsExactly("third", "first");
        opened.close();
        assertThat(closed).hasSize(2);
    }

    @Test
    void shouldNotHideTheFirstFailureWhenClosing() {
        OpenResources opened = new OpenResources();
        opened.add(() -> {
            throw new IllegalStateException("closing");
        });
        IllegalArgumentException start = new IllegalArgumentException("start");

        opened.closeAfter(start);

        assertThat(start.getSuppressed()).singleElement().asString().contains("closing");
    }
}
