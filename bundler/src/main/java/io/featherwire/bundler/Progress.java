package io.featherwire.bundler;

/** Receives the progress of a bundle's creation. */
public interface Progress {

    /** So much of a stage is done. */
    void at(String stage, long done, long total);

    /** Something that a user wants to read. */
    void note(String line);
}
