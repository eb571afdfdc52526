package io.featherwire.evaluation;

import org.jspecify.annotations.Nullable;

/** An evaluation that cannot be made: data and bundle do not belong together, or there is nothing to look at. */
public final class EvaluationException extends Exception {

    private static final long serialVersionUID = 1L;

    public EvaluationException(@Nullable String message) {
        super(message);
    }
}
