package io.featherwire.runtime.config;

import java.util.List;
import java.util.stream.Collectors;

/** Settings are invalid; the message lists every problem, one per line. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * A problem of one setting.
     *
     * @param key the setting's key
     * @param found the value and its source, or what is wrong
     * @param rule the violated rule; completes the sentence "must be …"
     * @param remedy what to do
     */
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

    /** An exception with a single problem. */
    public ConfigException(String key, String found, String rule, String remedy) {
        this(List.of(new Problem(key, found, rule, remedy)));
    }

    public List<Problem> problems() {
        return problems;
    }
}
