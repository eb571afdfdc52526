package io.featherwire.runtime.config;

import java.util.List;
import java.util.stream.Collectors;

/** Settings that cannot be used; its message lists every problem, one a line. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is wrong with one setting: its name, the value found, the rule it breaks and what to do. */
    public record Problem(String key, String found, String rule, String remedy) {
        @Override
        public String toString() {
            return key + ": " + found + ", must be " + rule + "; " + remedy;
        }
    }

    private final transient List<Problem> problems;

    public ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** One problem found where values are used together, after each alone was found good. */
    public ConfigException(String key, String found, String rule, String remedy) {
        this(List.of(new Problem(key, found, rule, remedy)));
    }

    public List<Problem> problems() {
        return problems;
    }
}
