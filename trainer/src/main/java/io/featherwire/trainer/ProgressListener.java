package io.featherwire.trainer;

/** Hears of a training's progress, in the training's own thread. */
public interface ProgressListener {
    void progressed(StageProgress progress);

    /** A line worth keeping: a stage's beginning or result. */
    void noted(String line);
}
