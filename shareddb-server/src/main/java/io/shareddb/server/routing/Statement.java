package io.shareddb.server.routing;

/**
 * What one text from a client, often one statement, means for its session. Immutable.
 *
 * @param kind what it does
 * @param target where it may run while no transaction is open
 * @param pins it may leave something in its engine session that cannot be made again elsewhere: user variables, temporary
 *     tables, locks, statements prepared in SQL
 * @param detail for {@link Kind#SET} the names of what it sets, in order; else empty
 */
public record Statement(Kind kind, Target target, boolean pins, String detail) {
    /** What a statement does. */
    public enum Kind {
        /** Returns rows, changes nothing, commits nothing. */
        READ,
        /** {@code INSERT}, {@code UPDATE}, {@code DELETE}, {@code REPLACE}, {@code LOAD DATA}: commits only outside a transaction. */
        CHANGE,
        /** Opens a transaction, and commits the one that was open. */
        BEGIN,
        COMMIT,
        ROLLBACK,
        /** Savepoints: commit nothing. */
        SAVEPOINT,
        /** Sets session variables to constants, so it can be repeated on another connection with the same effect. */
        SET,
        /** Chooses the default database. */
        USE,
        /** {@code KILL}; {@link KillStatement} knows more. */
        KILL,
        /** Anything else; may commit at any time. */
        OTHER
    }

    /** Where a statement may run while no transaction is open. */
    public enum Target {
        /** Any engine that has applied what the session wrote. */
        ANY,
        /** Where the statement before it ran, because it asks about that. */
        LAST,
        /** The leader's engine. */
        LEADER
    }

    /** What is known of a text that nobody understood. */
    public static final Statement UNKNOWN = new Statement(Kind.OTHER, Target.LEADER, true, "");

    /**
     * Whether the engine may commit something while it executes this; if not, a lost connection means "rolled back".
     *
     * @param inTransaction a transaction was open before it
     */
    public boolean mayCommit(boolean inTransaction) {
        return switch (kind) {
            case READ, ROLLBACK, SAVEPOINT, USE, KILL -> false;
            case CHANGE -> !inTransaction;
            case BEGIN, SET -> inTransaction;
            case COMMIT, OTHER -> true;
        };
    }
}
