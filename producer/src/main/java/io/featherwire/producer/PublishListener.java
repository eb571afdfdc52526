package io.featherwire.producer;

/** Receives the progress of publishing, on the Kafka client's thread. */
@FunctionalInterface
public interface PublishListener {

    PublishListener SILENT = (images, labels) -> {};

    /** The numbers of images and labels that are stored so far. */
    void onAcknowledged(long images, long labels);
}
