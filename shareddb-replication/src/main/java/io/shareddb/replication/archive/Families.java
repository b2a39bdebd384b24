package io.shareddb.replication.archive;

import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.log.LogCorruptException;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The kinds of engine whose transactions can be read. Immutable. */
final class Families {
    private final Map<String, EngineFamily> byName;

    Families(Collection<? extends EngineFamily> families) {
        byName = families.stream().collect(Collectors.toUnmodifiableMap(EngineFamily::name, Function.identity()));
    }

    /** The family of that name, which the log wrote. */
    EngineFamily named(String name) {
        EngineFamily family = byName.get(name);
        if (family == null) {
            throw new LogCorruptException("log holds transactions of engine family '" + name + "', this node knows "
                    + byName.keySet().stream().sorted().toList());
        }
        return family;
    }
}
