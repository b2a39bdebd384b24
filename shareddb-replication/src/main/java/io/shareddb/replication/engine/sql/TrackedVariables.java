package io.shareddb.replication.engine.sql;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A value of {@code session_track_system_variables}. Immutable.
 *
 * @param names in lower case
 */
public record TrackedVariables(List<String> names) {
    private static final String ALL = "*";

    public TrackedVariables {
        names = List.copyOf(names);
    }

    public static TrackedVariables of(String... names) {
        return new TrackedVariables(List.of(names));
    }

    /** These and {@code more}, as the engine takes them; {@code *} stands for all. */
    public String with(Collection<String> more) {
        if (more.contains(ALL)) {
            return ALL;
        }
        Set<String> all = new LinkedHashSet<>(names);
        all.addAll(more);
        return String.join(",", all);
    }
}
