package io.featherwire.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceIdentityTest {

    @TempDir
    private Path directory;

    @Test
    void shouldBeTheSameAgainAfterARestart() {
        // Given
        InstanceIdentity before = InstanceIdentity.take(directory.resolve("state"), "app");
        before.close();

        // When
        try (InstanceIdentity after = InstanceIdentity.take(directory.resolve("state"), "app")) {

            // Then
            assertThat(after.lasts()).isTrue();
            assertThat(after.id()).isEqualTo(before.id()).matches("app-[0-9a-f-]{36}");
        }
    }

    @Test
    void shouldDifferBetweenInstancesThatLiveAtTheSameTime() {
        try (InstanceIdentity first = InstanceIdentity.take(directory, "app");
                InstanceIdentity second = InstanceIdentity.take(directory, "app");
                InstanceIdentity other = InstanceIdentity.take(directory, "other")) {
            assertThat(second.id()).isNotEqualTo(first.id());
            assertThat(other.id()).startsWith("other-");
        }
    }

    @Test
    void shouldWorkWithoutADirectoryThatCanBeWritten() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        try (InstanceIdentity identity = InstanceIdentity.take(file, "app")) {
            assertThat(identity.lasts()).isFalse();
            assertThat(identity.id()).startsWith("app-");
        }
    }
}
