package io.shareddb.server.routing;

import java.util.Locale;

/**
 * Something that a statement leaves in its engine session and that cannot be made again elsewhere. As long as it is there, the session
 * stays on that connection.
 *
 * @param reason what it is
 * @param name which one; empty where that does not matter or is not known
 */
public record Mark(Reason reason, String name) {
    /** Stands for every name in {@link Statement#clears}. */
    static final String ALL = "*";

    /** Why a session is tied to its connection to the leader. */
    public enum Reason {
        USER_VARIABLE,
        TEMPORARY_TABLE,
        /** {@code LOCK TABLES}, {@code FLUSH TABLES WITH READ LOCK}. */
        TABLE_LOCK,
        /** {@code GET_LOCK}. */
        NAMED_LOCK,
        /** {@code PREPARE} in SQL. */
        SQL_STATEMENT,
        /** {@code SET TRANSACTION}: for the next transaction only. */
        NEXT_TRANSACTION,
        /** A variable whose value is neither in the text nor to be had from the engine. */
        SETTING,
        /** A procedure or function changed something in the session: known once the engine reports it. */
        ROUTINE,
        /** {@code LAST_INSERT_ID(value)}. */
        INSERT_ID,
        /** Too long to be looked at as a whole, or to be prepared again. */
        LONG_STATEMENT,
        /** Several statements were switched on or off with a command of their own. */
        PROTOCOL_OPTION,
        /** A statement that the proxy does not know. */
        UNKNOWN_STATEMENT;

        /** As people and metrics see it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Of something that has no name. */
    public static Mark of(Reason reason) {
        return new Mark(reason, "");
    }

    /** Whether this, in {@link Statement#clears}, means {@code other}. */
    public boolean clears(Mark other) {
        return reason == other.reason && (name.equals(ALL) || name.equals(other.name));
    }
}
