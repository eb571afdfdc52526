package io.featherwire.lab.endtoend;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A value that is derived from the table, with its target.
 *
 * @param target target of the value; null for a value that only serves for comparison
 * @param atLeast true if the value must reach the target, false if it must not exceed the target
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PerformanceGoal(String name, double value, @Nullable Double target, boolean atLeast) {

    public boolean isMet() {
        return target == null || (atLeast ? value >= target : value <= target);
    }
}
