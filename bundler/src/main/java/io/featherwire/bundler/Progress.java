package io.featherwire.bundler;

/** Receives the progress of a bundle's creation. */
public interface Progress {

    /** A part of a stage is done. */
    void at(String stage, long done, long total);

    /** A message for the user. */
    void note(String line);
}
