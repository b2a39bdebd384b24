package io.shareddb.server.config;

import java.util.List;

/** Settings that a node cannot start with; names all of them. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // an immutable list of the JDK
    private final List<String> problems;

    /** @param problems each as {@code name: value (expected: rule)}; at least one */
    public ConfigException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    /** Each as {@code name: value (expected: rule)}. */
    public List<String> problems() {
        return problems;
    }
}
