package io.shareddb.server.proxy;

import io.shareddb.replication.engine.SessionDialect;
import io.shareddb.replication.engine.StatementPolicy;

/**
 * The engine of this node as clients' sessions use it.
 *
 * @param host address
 * @param port TCP port
 * @param version as its greeting gives it, for example {@code 11.4.5-MariaDB-log}; becomes the proxy's own
 * @param sessions how sessions are set up, waited for and killed
 * @param statements what is refused
 * @param gtids reads the text of a GTID that the engine reports
 */
public record LocalEngine(
        String host, int port, String version, SessionDialect sessions, StatementPolicy statements, GtidReader gtids) {
    /** Reads GTIDs of the engine's family. */
    @FunctionalInterface
    public interface GtidReader {
        io.shareddb.replication.engine.Gtid read(String text);
    }
}
