package io.featherwire.evaluation;

/** Hears how far an evaluation has got; called from the thread that runs it. */
public interface EvaluationListener {

    /** For those who do not want to know. */
    EvaluationListener SILENT = new EvaluationListener() {
        @Override
        public void stage(String name, int images) {}

        @Override
        public void advanced(int images) {}
    };

    /** A stage begins. */
    void stage(String name, int images);

    /** So many more images are done. */
    void advanced(int images);
}
