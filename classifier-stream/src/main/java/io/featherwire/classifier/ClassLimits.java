package io.featherwire.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.classifier.accuracy.FramePrediction;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.runtime.record.RecordLimits;
import java.nio.file.Path;
import java.util.List;

/** The limits of records and of the ledger for the classes of a bundle or of a further head. */
final class ClassLimits {

    private ClassLimits() {}

    /**
     * Rejects classes that exceed the limits, since every frame would become a dead letter.
     *
     * @param kind "bundle" or "head"
     * @param directory the directory of the bundle or head
     */
    static void check(String kind, Path directory, List<String> classes) throws BundleException {
        if (classes.size() > FramePrediction.MAX_CLASSES
                || classes.stream().anyMatch(name -> name.getBytes(UTF_8).length > RecordLimits.LABEL)) {
            throw new BundleException(
                    "the classifier accepts no " + kind + " with more than " + FramePrediction.MAX_CLASSES
                            + " classes or a class name of more than " + RecordLimits.LABEL + " bytes: " + directory);
        }
    }
}
