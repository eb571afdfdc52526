package io.featherwire.bundler.head;

/** Receives the progress of creating a head. */
public interface HeadProgress {

    /**
     * Reports the number of finished images, records or epochs of a stage.
     *
     * @param more a short status
     */
    void report(String stage, long done, long total, String more);

    /** Shows a message to the user. */
    void note(String line);
}
