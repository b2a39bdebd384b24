package io.shareddb.server.chaos;

import java.sql.SQLException;

/** What a client was told. */
enum Outcome {
    COMMITTED,
    /** It did not happen. */
    ROLLED_BACK,
    /** It may have happened. */
    UNKNOWN;

    /**
     * What an error says about the transaction that it ended.
     *
     * @param asked whether the client had asked for the commit; before that a lost connection takes the transaction with it
     */
    static Outcome of(SQLException e, boolean asked) {
        return asked && lost(e) ? UNKNOWN : ROLLED_BACK;
    }

    /** Whether the connection is of no use any more. */
    static boolean lost(SQLException e) {
        return e.getSQLState() == null || e.getSQLState().startsWith("08");
    }
}
