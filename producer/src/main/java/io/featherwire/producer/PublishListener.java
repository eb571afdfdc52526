package io.featherwire.producer;

/** Receives the progress of publishing, on the Kafka client's thread. */
@FunctionalInterface
public interface PublishListener {

    PublishListener SILENT = (images, labels) -> {};

    /** Called with the numbers of images and labels that Kafka has acknowledged so far. */
    void onAcknowledged(long images, long labels);
}
