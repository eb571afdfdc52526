package io.featherwire.trainer;

/** Receives the progress of a training, on the training's thread. */
public interface ProgressListener {
    void onProgress(StageProgress progress);

    /** Receives a message, such as the beginning or the result of a stage. */
    void onMessage(String line);
}
