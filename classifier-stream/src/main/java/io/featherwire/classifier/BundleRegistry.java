package io.featherwire.classifier;

import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Fingerprint;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The loaded bundles by fingerprint: the classifier decodes payloads of these bundles only. Bundles are added while the
 * stream runs, and never removed. Closes their classifiers. Thread-safe.
 */
final class BundleRegistry implements AutoCloseable {
    private final Map<String, PayloadClassifier> byFingerprint = new ConcurrentSkipListMap<>();

    /** Registers a bundle. If it is registered already, closes the classifier and returns false. */
    public boolean add(PayloadClassifier classifier) {
        boolean added = byFingerprint.putIfAbsent(classifier.fingerprint().hex(), classifier) == null;
        if (!added) {
            classifier.close();
        }
        return added;
    }

    /** Whether the bundle is registered. */
    public boolean has(Fingerprint fingerprint) {
        return byFingerprint.containsKey(fingerprint.hex());
    }

    Optional<PayloadClassifier> find(String fingerprint) {
        return Optional.ofNullable(byFingerprint.get(fingerprint));
    }

    /** The name of a bundle, if it is registered. */
    Optional<String> nameOf(String fingerprint) {
        return find(fingerprint)
                .map(classifier -> classifier.bundle().manifest().name());
    }

    Collection<PayloadClassifier> all() {
        return byFingerprint.values();
    }

    /** Whether a label is a class of one of the bundles; true for every label if there are no bundles. */
    boolean mayHaveClass(String name) {
        return byFingerprint.isEmpty()
                || all().stream().anyMatch(classifier -> classifier.classes().contains(name));
    }

    /** The fingerprints, 16 hex digits each, in order. */
    public List<String> fingerprints() {
        return List.copyOf(byFingerprint.keySet());
    }

    @Override
    public void close() {
        byFingerprint.values().forEach(PayloadClassifier::close);
        byFingerprint.clear();
    }
}
