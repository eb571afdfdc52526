package io.featherwire.lab.endtoend;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A number derived from the table, and its target.
 *
 * @param target null for a number that only stands beside others for comparison
 * @param atLeast whether the value must reach the target, else it must not exceed it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Goal(String name, double value, @Nullable Double target, boolean atLeast) {

    public boolean met() {
        return target == null || (atLeast ? value >= target : value <= target);
    }
}
