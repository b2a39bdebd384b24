package io.shareddb.replication.engine;

/**
 * What an engine holds of the history: a last GTID per domain (MariaDB) or a set of GTIDs (MySQL). Immutable value: two of one history
 * are equal if and only if they hold the same transactions.
 */
public interface EnginePosition {
    /** Text that {@link EngineFamily#position} reads back; empty before the first transaction. */
    String text();

    /** Whether an engine at this position has {@code gtid}, provided that both belong to one history. */
    boolean contains(Gtid gtid);

    /** This position and {@code gtid}, the next transaction of the history. */
    EnginePosition plus(Gtid gtid);
}
