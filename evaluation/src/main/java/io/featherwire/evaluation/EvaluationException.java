package io.featherwire.evaluation;

import org.jspecify.annotations.Nullable;

/** An evaluation is impossible, because data and bundle do not match or no image is usable. */
public final class EvaluationException extends Exception {

    private static final long serialVersionUID = 1L;

    public EvaluationException(@Nullable String message) {
        super(message);
    }
}
