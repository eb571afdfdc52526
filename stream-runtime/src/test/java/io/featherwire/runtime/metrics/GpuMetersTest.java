package io.featherwire.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Scripts stand in for the tool, with the answers that it gives for the options that it is given. */
class GpuMetersTest {

    private static final Duration SOON = Duration.ofMinutes(1);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @TempDir
    private Path directory;

    private GpuMeters meters;

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void shouldTellLoadAndMemoryOfTheCardAskedFor() throws IOException {
        var tool =
                script("[ \"$1\" = --id=1 ] && [ \"$3\" = --format=csv,noheader,nounits ] && echo '37, 1024, 81559'");

        meters = GpuMeters.watch(tool, 1, registry);
        await().atMost(SOON).untilAsserted(() -> assertThat(gauge("featherwire.gpu.utilization"))
                .isEqualTo(0.37));
        assertThat(gauge("featherwire.gpu.memory.used.bytes")).isEqualTo(1024.0 * 1048576);
        assertThat(gauge("featherwire.gpu.memory.total.bytes")).isEqualTo(81559.0 * 1048576);
    }

    @Test
    void shouldTellWhatItCan() throws IOException {
        meters = GpuMeters.watch(script("echo '[N/A], 1, 2'"), 1, registry);
        await().atMost(SOON).untilAsserted(() -> assertThat(gauge("featherwire.gpu.memory.used.bytes"))
                .isEqualTo(1048576));
        assertThat(gauge("featherwire.gpu.utilization")).isNaN();
    }

    @Test
    void shouldTellNothingWithoutTheTool() {
        var log = new ListAppender<ILoggingEvent>();
        log.start();
        var logger = (Logger) LoggerFactory.getLogger(GpuMeters.class);
        logger.addAppender(log);
        try {
            meters = GpuMeters.watch(directory.resolve("none").toString(), 1, registry);
            await().atMost(SOON).until(() -> !log.list.isEmpty());
        } finally {
            logger.detachAppender(log);
        }

        assertThat(log.list.get(0).getFormattedMessage()).contains("no metrics of the GPU", "none");
        assertThat(gauge("featherwire.gpu.utilization")).isNaN();
    }

    private double gauge(String name) {
        return registry.get(name).tag("gpu", "1").gauge().value();
    }

    private String script(String command) throws IOException {
        var file = directory.resolve("smi");
        Files.writeString(file, "#!/bin/sh\n" + command + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file.toString();
    }
}
