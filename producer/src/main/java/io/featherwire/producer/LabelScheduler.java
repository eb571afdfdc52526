package io.featherwire.producer;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Schedules labels as people give them: for a share of the frames, with a delay, some of them wrong and corrected
 * later.
 */
final class LabelScheduler {

    /** A label to publish at {@code due} (System.nanoTime). */
    record Due(long due, long number, String sensorId, String frameId, String label) {}

    private final PublisherConfig.Labels config;
    private final List<String> classes;
    private final Random random;
    private final PriorityQueue<Due> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Due::due).thenComparingLong(Due::number));
    private long number;

    /** @param classes the classes from which wrong labels are drawn; if empty, no label is wrong */
    LabelScheduler(PublisherConfig.Labels config, List<String> classes) {
        this.config = requireNonNull(config, "config");
        this.classes = List.copyOf(classes);
        this.random = new Random(config.seed());
    }

    /** Schedules the label of a published frame. */
    void onFrame(String sensorId, String frameId, String label, long now) {
        if (random.nextDouble() >= config.share()) {
            return;
        }
        long due = now + config.delay().toNanos();
        List<String> others = new ArrayList<>(classes);
        others.remove(label);
        if (!others.isEmpty() && random.nextDouble() < config.errorRate()) {
            waiting.add(new Due(due, number++, sensorId, frameId, others.get(random.nextInt(others.size()))));
            due += config.correctionDelay().toNanos();
        }
        waiting.add(new Due(due, number++, sensorId, frameId, label));
    }

    /** Takes the next label that is due, or null. */
    @Nullable
    Due poll(long now) {
        Due first = waiting.peek();
        return first == null || first.due() - now > 0 ? null : waiting.poll();
    }

    /** The time until the next label is due, in nanoseconds; Long.MAX_VALUE if no label waits. */
    long nanosToWait(long now) {
        Due first = waiting.peek();
        return first == null ? Long.MAX_VALUE : Math.max(0, first.due() - now);
    }

    int size() {
        return waiting.size();
    }
}
