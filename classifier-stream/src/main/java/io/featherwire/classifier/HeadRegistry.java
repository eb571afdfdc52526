package io.featherwire.classifier;

import io.featherwire.codec.HeadClassifier;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.onnx.OnnxException;
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
 * The further heads that answer for features, by the directory that they came from. Heads come and go while the stream runs: one that
 * goes is closed when no batch uses it any more. Thread-safe.
 */
final class HeadRegistry implements AutoCloseable {

    /** A head and what it says of a batch's features, in order; nothing of those that it fails on. */
    record Answers(Head head, List<Optional<Prediction>> predictions) {}

    private static final Logger LOG = LoggerFactory.getLogger(HeadRegistry.class);

    private final LongAdder failed = new LongAdder();
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<Path, HeadClassifier> byDirectory = new TreeMap<>();

    /** What every head of a bundle says of its features. */
    List<Answers> classify(String bundle, List<float[]> features) {
        lock.readLock().lock();
        try {
            List<Answers> answers = new ArrayList<>();
            for (HeadClassifier head : byDirectory.values()) {
                if (head.head().manifest().trunk().equals(bundle)) {
                    answers.add(new Answers(head.head(), predictions(head, features)));
                }
            }
            return answers;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** A head that fails on a feature takes nothing from the others, nor from the bundle's own head. */
    private List<Optional<Prediction>> predictions(HeadClassifier head, List<float[]> features) {
        try {
            return head.classify(features).stream().map(Optional::of).toList();
        } catch (ArithmeticException | OnnxException e) {
            if (features.size() > 1) {
                return features.stream()
                        .flatMap(feature -> predictions(head, List.of(feature)).stream())
                        .toList();
            }
            failed.increment();
            LOG.warn("head {} has no answer for a frame: {}", head.head(), e.getMessage());
            return List.of(Optional.empty());
        }
    }

    /** Answers that heads could not give. */
    long failed() {
        return failed.sum();
    }

    /** Puts a head in the place of the one that came from the same directory before, if any. */
    void put(Path directory, HeadClassifier head) {
        replace(directory, head);
    }

    void remove(Path directory) {
        replace(directory, null);
    }

    private void replace(Path directory, @Nullable HeadClassifier head) {
        lock.writeLock().lock();
        try {
            HeadClassifier before = head == null ? byDirectory.remove(directory) : byDirectory.put(directory, head);
            if (before != null) {
                before.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** The heads that are loaded, in order of their directories. */
    List<Head> heads() {
        lock.readLock().lock();
        try {
            return byDirectory.values().stream().map(HeadClassifier::head).toList();
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            byDirectory.values().forEach(HeadClassifier::close);
            byDirectory.clear();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
