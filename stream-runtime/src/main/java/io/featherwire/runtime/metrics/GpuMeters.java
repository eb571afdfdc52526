package io.featherwire.runtime.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One GPU's load and memory, as nvidia-smi tells them: the driver's own tool, which is wherever the GPU can be used. */
final class GpuMeters implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GpuMeters.class);

    private static final int EVERY_SECONDS = 5;
    private static final int ANSWER_SECONDS = 4;
    private static final double MEBI = 1 << 20;

    /** @param load share of time in which a kernel ran, 0..1 */
    private record Reading(double load, double memoryUsed, double memoryTotal) {
        static final Reading NONE = new Reading(Double.NaN, Double.NaN, Double.NaN);
    }

    private final List<String> command;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "gpu-meters");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Reading newest = Reading.NONE;
    private boolean complained;

    private GpuMeters(String tool, int gpu) {
        this.command = List.of(
                tool,
                "--id=" + gpu,
                "--query-gpu=utilization.gpu,memory.used,memory.total",
                "--format=csv,noheader,nounits");
    }

    static GpuMeters watch(String tool, int gpu, MeterRegistry registry) {
        var meters = new GpuMeters(tool, gpu);
        meters.gauge(registry, gpu, "featherwire.gpu.utilization", "Share of time that it was busy.", Reading::load);
        meters.gauge(registry, gpu, "featherwire.gpu.memory.used.bytes", "By all processes.", Reading::memoryUsed);
        meters.gauge(registry, gpu, "featherwire.gpu.memory.total.bytes", "What it has.", Reading::memoryTotal);
        meters.clock.scheduleWithFixedDelay(meters::read, 0, EVERY_SECONDS, TimeUnit.SECONDS);
        return meters;
    }

    private void gauge(MeterRegistry registry, int gpu, String name, String about, ToDoubleFunction<Reading> value) {
        Gauge.builder(name, this, meters -> value.applyAsDouble(meters.newest))
                .description(about)
                .tag("gpu", Integer.toString(gpu))
                .register(registry);
    }

    private void read() {
        try {
            newest = parse(ask());
        } catch (IOException | IllegalArgumentException e) {
            newest = Reading.NONE;
            if (!complained) {
                complained = true;
                LOG.warn("no metrics of the GPU: {} does not tell them ({})", command.get(0), e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String ask() throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            // One line, which the pipe holds until the end.
            if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("no answer in " + ANSWER_SECONDS + " s");
            }
            var answer = new String(process.getInputStream().readNBytes(1000), UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new IOException(answer);
            }
            return answer;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Percent and twice MiB; what a card does not tell is [N/A]. */
    private static Reading parse(String line) {
        double[] values = Arrays.stream(line.split(",", -1))
                .map(String::strip)
                .mapToDouble(text -> text.startsWith("[") ? Double.NaN : Double.parseDouble(text))
                .toArray();
        if (values.length != 3) {
            throw new IllegalArgumentException(line);
        }
        return new Reading(values[0] / 100, values[1] * MEBI, values[2] * MEBI);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
