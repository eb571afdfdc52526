package io.featherwire.lab.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MachineDescriptionTest {

    @Test
    void shouldNameTheVersionsOfWhatIsMeasured() {
        // When
        Map<String, String> facts = MachineDescription.describe();

        // Then
        assertThat(facts.get("kafka")).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(facts.get("onnxruntime")).matches("\\d+\\.\\d+\\.\\d+.*");
    }
}
