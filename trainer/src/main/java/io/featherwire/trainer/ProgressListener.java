package io.featherwire.trainer;

/** Receives a training's progress, on the training's thread. */
public interface ProgressListener {
    void progressed(StageProgress progress);

    /** A line worth keeping: a stage's beginning or result. */
    void noted(String line);
}
