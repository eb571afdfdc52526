package io.featherwire.cli.demo;

import io.featherwire.classifier.ClassifierApp;
import io.featherwire.compressor.CompressorApp;
import java.util.List;
import java.util.Optional;

/** The compressor and the classifier, which run in this JVM on real topics. */
final class Pipeline implements AutoCloseable {

    private final CompressorApp compressor;
    private final ClassifierApp classifier;

    Pipeline(CompressorApp compressor, ClassifierApp classifier) {
        this.compressor = compressor;
        this.classifier = classifier;
    }

    /** The failure that stopped one of the two apps; empty while both run. */
    Optional<String> failure() {
        return compressor
                .app()
                .failure()
                .map(why -> "the compressor stopped: " + why)
                .or(() -> classifier.app().failure().map(why -> "the classifier stopped: " + why));
    }

    /** Fingerprints of the further heads that the classifier uses. */
    List<String> headFingerprints() {
        return classifier.headFingerprints();
    }

    int dashboardPort() {
        return classifier.app().httpPort();
    }

    String device() {
        return compressor.device();
    }

    double meanBatchFill() {
        return compressor.meanBatchFill();
    }

    @Override
    public void close() {
        compressor.close();
        classifier.close();
    }
}
