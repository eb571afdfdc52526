package io.featherwire.bundler.head;

/** Hears how far a head has come. */
public interface HeadProgress {

    /** So many of a stage's images, records or epochs are done; {@code more} says how it stands, short. */
    void at(String stage, long done, long total, String more);

    /** Something that a user wants to read. */
    void note(String line);
}
