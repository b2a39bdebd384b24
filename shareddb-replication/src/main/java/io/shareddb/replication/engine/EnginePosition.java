package io.shareddb.replication.engine;

import org.jspecify.annotations.Nullable;

/**
 * What an engine holds of the history: a last GTID per domain (MariaDB) or a set of GTIDs (MySQL). Immutable value.
 */
public interface EnginePosition {
    /** Text that {@link EngineFamily#position} reads back; empty before the first transaction. */
    String text();

    /** Whether an engine at this position has {@code gtid}, provided that both belong to one history. */
    boolean contains(Gtid gtid);

    /** This position and {@code gtid}, the next transaction of the history. */
    EnginePosition plus(Gtid gtid);

    /**
     * Whether an engine at this position holds a prefix of the committed history and nothing else.
     *
     * @param last the last transaction of the history that this position contains, null for none
     * @param committed the position at the end of the committed history
     */
    boolean agreesWith(@Nullable Gtid last, EnginePosition committed);
}
