package io.featherwire.producer;

/** Hears how publishing gets on; called on the Kafka client's thread. */
@FunctionalInterface
public interface PublishListener {

    PublishListener SILENT = (images, labels) -> {};

    /** So many images and labels are stored by now. */
    void onAcknowledged(long images, long labels);
}
