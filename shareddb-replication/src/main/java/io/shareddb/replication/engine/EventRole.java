package io.shareddb.replication.engine;

/** What a binlog event is to those who look for transactions. */
public enum EventRole {
    /** Names the file that the following events are in. */
    ROTATE,
    /** Says how the following events are written. */
    FORMAT,
    /** Its next position is the end of what the capture said that it has: everything up to there may be acknowledged. */
    START,
    /** Opens a transaction and carries its GTID. */
    BEGIN,
    /** Belongs to the open transaction. */
    PART,
    /** Belongs to the open transaction and ends it. */
    END,
    /** Nothing to do with transactions. */
    SKIP
}
