package io.featherwire.evaluation;

import org.jspecify.annotations.Nullable;

/** The evaluation cannot be done: data and bundle do not match, or there are no usable images. */
public final class EvaluationException extends Exception {

    private static final long serialVersionUID = 1L;

    public EvaluationException(@Nullable String message) {
        super(message);
    }
}
