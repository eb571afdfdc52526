package io.featherwire.bundler.head;

/** Receives the progress of making a head. */
public interface HeadProgress {

    /**
     * Reports the number of finished images, records or epochs of a stage.
     *
     * @param more a short status
     */
    void at(String stage, long done, long total, String more);

    /** Something that a user wants to read. */
    void note(String line);
}
