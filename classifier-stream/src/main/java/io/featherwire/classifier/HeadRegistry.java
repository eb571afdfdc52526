package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.CountedHead;
import io.featherwire.codec.HeadClassifier;
import io.featherwire.codec.HeadPrediction;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.onnx.OnnxException;
import io.featherwire.runtime.log.RateLimitedLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loaded further heads, by their directories. Heads are added and removed while the stream runs; a removed head is
 * closed when no batch uses it any more. Thread-safe.
 */
final class HeadRegistry implements AutoCloseable {

    /**
     * The predictions of a head for a batch.
     *
     * @param counted the head, as the ledger knows it
     * @param predictions one prediction for each feature, in order; empty if the head failed on the feature
     */
    record BatchPredictions(Head head, CountedHead counted, List<Optional<HeadPrediction>> predictions) {}

    private record LoadedHead(HeadClassifier classifier, CountedHead counted, Counter classified) {}

    private static final Logger LOG = LoggerFactory.getLogger(HeadRegistry.class);

    private final LongAdder failed = new LongAdder();
    private final RateLimitedLog failures = new RateLimitedLog(LOG);
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<Path, LoadedHead> byDirectory = new TreeMap<>();
    private final MeterRegistry meters;

    /** @param meters gets a counter of the predictions of each loaded head */
    HeadRegistry(MeterRegistry meters) {
        this.meters = meters;
    }

    /** The predictions of every further head of a bundle for features of this bundle. */
    List<BatchPredictions> predict(String bundle, List<float[]> features) {
        lock.readLock().lock();
        try {
            List<BatchPredictions> all = new ArrayList<>();
            for (LoadedHead head : byDirectory.values()) {
                if (bundle.equals(head.counted().trunk())) {
                    var predictions = predict(head.classifier(), features);
                    head.classified().increment((double)
                            predictions.stream().filter(Optional::isPresent).count());
                    all.add(new BatchPredictions(head.classifier().head(), head.counted(), predictions));
                }
            }
            return all;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The predictions of one head. A failure on one feature does not affect other features or heads. */
    private List<Optional<HeadPrediction>> predict(HeadClassifier head, List<float[]> features) {
        try {
            return head.predict(features).stream().map(Optional::of).toList();
        } catch (ArithmeticException | OnnxException e) {
            if (features.size() > 1) {
                return features.stream()
                        .flatMap(feature -> predict(head, List.of(feature)).stream())
                        .toList();
            }
            failed.increment();
            failures.warn("head {} failed on a frame: {}", head.head(), e.getMessage());
            return List.of(Optional.empty());
        }
    }

    /** Whether a label is a class of one of the heads. */
    boolean mayHaveClass(String name) {
        lock.readLock().lock();
        try {
            return byDirectory.values().stream()
                    .anyMatch(head -> head.counted().classes().contains(name));
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The number of failed predictions so far. */
    long failedCount() {
        return failed.sum();
    }

    /** Registers a head; closes an earlier head of the same directory. */
    void put(Path directory, HeadClassifier head) {
        replace(directory, head);
    }

    void remove(Path directory) {
        replace(directory, null);
    }

    private void replace(Path directory, @Nullable HeadClassifier head) {
        var loaded = head == null ? null : toLoaded(head);
        lock.writeLock().lock();
        try {
            LoadedHead before = loaded == null ? byDirectory.remove(directory) : byDirectory.put(directory, loaded);
            if (before != null) {
                before.classifier().close();
                if (byDirectory.values().stream().noneMatch(other -> other.classified() == before.classified())) {
                    meters.remove(before.classified());
                }
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private LoadedHead toLoaded(HeadClassifier head) {
        var manifest = head.head().manifest();
        var counted =
                new CountedHead(head.head().fingerprint().hex(), manifest.name(), manifest.trunk(), manifest.classes());
        var classified = Counter.builder("featherwire.head.answers")
                .description("Frames classified by a further head.")
                .tag("head", counted.fingerprint())
                .tag("name", counted.name())
                .tag("kind", manifest.kind().text())
                .register(meters);
        return new LoadedHead(head, counted, classified);
    }

    /** The loaded heads, in the order of their directories. */
    List<Head> heads() {
        lock.readLock().lock();
        try {
            return byDirectory.values().stream()
                    .map(loaded -> loaded.classifier().head())
                    .toList();
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            byDirectory.values().forEach(loaded -> loaded.classifier().close());
            byDirectory.clear();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
