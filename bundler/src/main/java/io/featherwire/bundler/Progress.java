package io.featherwire.bundler;

/** Receives the progress of a bundle's creation. */
public interface Progress {

    /** Reports that a part of a stage is done. */
    void report(String stage, long done, long total);

    /** Shows a message to the user. */
    void note(String line);
}
