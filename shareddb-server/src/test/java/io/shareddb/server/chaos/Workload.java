package io.shareddb.server.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Something that clients do in a database of its round, and what must be true of it. Thread-safe but for {@link #prepare}. */
interface Workload {
    /** For people. */
    String name();

    /** Makes the tables; the database is the default one. */
    void prepare(Statement statement) throws SQLException;

    /** What one client does on a connection; a new one for each connection. */
    Session session(int client, int node, Connection connection) throws SQLException;

    /** Compares what clients were told with what is there. Nobody writes any more. */
    void check(Statement statement) throws SQLException;

    /** One connection's work. One thread. */
    interface Session {
        /**
         * Does one thing and remembers what it was told.
         *
         * @return whether the connection can be used on
         */
        boolean step() throws SQLException;
    }
}
