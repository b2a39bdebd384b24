package io.shareddb.server.routing;

import java.util.Locale;
import java.util.Optional;

/** What a read on a follower's node must see. */
public enum Consistency {
    /** Whatever the engine holds that is next to the client. */
    EVENTUAL,
    /** At least what the session has written and read before, on any node. */
    SESSION,
    /** Everything that was committed anywhere before the read began. */
    STRONG;

    /** As settings and hints write it, in any case. */
    public static Optional<Consistency> of(String text) {
        for (Consistency consistency : values()) {
            if (consistency.name().equalsIgnoreCase(text.strip())) {
                return Optional.of(consistency);
            }
        }
        return Optional.empty();
    }

    /** As settings write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
