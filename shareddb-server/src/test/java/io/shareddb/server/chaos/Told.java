package io.shareddb.server.chaos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What clients were told of things that happen once each, by name. Thread-safe. */
final class Told {
    private static final int SHOWN = 5;

    private final Set<String> committed = Collections.synchronizedSet(new HashSet<>());
    private final Set<String> rolledBack = Collections.synchronizedSet(new HashSet<>());

    void committed(String name) {
        committed.add(name);
    }

    void told(String name, Outcome outcome) {
        switch (outcome) {
            case COMMITTED -> committed.add(name);
            case ROLLED_BACK -> rolledBack.add(name);
            case UNKNOWN -> {}
        }
    }

    /** Names what contradicts {@code found}, in which a name stands as often as it happened. */
    List<String> contradictions(Collection<String> found) {
        List<String> all = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Set<String> twice = new HashSet<>();
        for (String name : found) {
            if (!seen.add(name)) {
                twice.add(name);
            }
        }
        add(all, "happened twice", twice);
        Set<String> lost = new HashSet<>(committed);
        lost.removeAll(seen);
        add(all, "acknowledged and lost", lost);
        Set<String> dishonest = new HashSet<>(rolledBack);
        dishonest.retainAll(seen);
        add(all, "reported as rolled back and there", dishonest);
        return all;
    }

    private static void add(List<String> all, String what, Set<String> names) {
        if (!names.isEmpty()) {
            all.add(what + " (" + names.size() + "): "
                    + names.stream().sorted().limit(SHOWN).toList());
        }
    }
}
