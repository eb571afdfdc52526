package io.featherwire.bundler.head;

/** Hears how far a head has come. */
public interface HeadProgress {

    /** Reports the number of finished images, records or epochs of a stage; {@code more} is a short status. */
    void at(String stage, long done, long total, String more);

    /** Something that a user wants to read. */
    void note(String line);
}
