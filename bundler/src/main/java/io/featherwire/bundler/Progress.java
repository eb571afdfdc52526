package io.featherwire.bundler;

/** Is told how far a bundle has come. */
public interface Progress {

    /** So much of a stage is done. */
    void at(String stage, long done, long total);

    /** Something that a user wants to read. */
    void note(String line);
}
