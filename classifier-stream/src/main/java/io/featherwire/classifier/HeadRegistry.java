package io.featherwire.classifier;

import io.featherwire.codec.HeadClassifier;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.bundle.Head;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The further heads that answer for features, by the directory that they came from. Heads come and go while the stream runs: one that
 * goes is closed when no batch uses it any more. Thread-safe.
 */
final class HeadRegistry implements AutoCloseable {

    /** A head and what it says of a batch's features, in order. */
    record Answers(Head head, List<Prediction> predictions) {}

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<Path, HeadClassifier> byDirectory = new TreeMap<>();

    /** What every head of a bundle says of its features. */
    List<Answers> classify(String bundle, List<float[]> features) {
        lock.readLock().lock();
        try {
            List<Answers> answers = new ArrayList<>();
            for (HeadClassifier head : byDirectory.values()) {
                if (head.head().manifest().trunk().equals(bundle)) {
                    answers.add(new Answers(head.head(), head.classify(features)));
                }
            }
            return answers;
        } finally {
            lock.readLock().unlock();
        }
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
