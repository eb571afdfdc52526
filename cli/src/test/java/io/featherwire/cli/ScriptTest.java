package io.featherwire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.cli.demo.TrainerEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScriptTest {

    @Test
    void shouldSetTheSameMemorySettingsForTrainingAsTheDemo() throws Exception {
        String script = Files.readString(Path.of("..", "featherwire"));
        for (Map.Entry<String, String> setting : TrainerEnvironment.MALLOC.entrySet()) {
            assertThat(script).contains(setting.getKey() + "=" + setting.getValue());
        }
    }
}
