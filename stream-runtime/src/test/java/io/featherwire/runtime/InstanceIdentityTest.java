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
        InstanceIdentity before = InstanceIdentity.acquire(directory.resolve("state"), "app");
        before.close();

        // When
        try (InstanceIdentity after = InstanceIdentity.acquire(directory.resolve("state"), "app")) {

            // Then
            assertThat(after.isPersistent()).isTrue();
            assertThat(after.id()).isEqualTo(before.id()).matches("app-[0-9a-f-]{36}");
        }
    }

    @Test
    void shouldDifferBetweenInstancesThatLiveAtTheSameTime() {
        try (InstanceIdentity first = InstanceIdentity.acquire(directory, "app");
                InstanceIdentity second = InstanceIdentity.acquire(directory, "app");
                InstanceIdentity other = InstanceIdentity.acquire(directory, "other")) {
            assertThat(second.id()).isNotEqualTo(first.id());
            assertThat(other.id()).startsWith("other-");
        }
    }

    @Test
    void shouldWorkWithoutADirectoryThatCanBeWritten() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        try (InstanceIdentity identity = InstanceIdentity.acquire(file, "app")) {
            assertThat(identity.isPersistent()).isFalse();
            assertThat(identity.id()).startsWith("app-");
        }
    }
}
