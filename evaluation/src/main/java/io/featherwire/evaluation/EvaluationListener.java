package io.featherwire.evaluation;

/** Receives the progress of an evaluation, on the thread that runs it. */
public interface EvaluationListener {

    /** Ignores all progress. */
    EvaluationListener SILENT = new EvaluationListener() {
        @Override
        public void onStage(String name, int images) {}

        @Override
        public void onImages(int images) {}
    };

    /** A stage begins. */
    void onStage(String name, int images);

    /** Further images have been evaluated. */
    void onImages(int images);
}
