package io.shareddb.replication.engine.external;

import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.DataSourceFactory;
import java.util.List;

/**
 * Where an engine is that somebody else runs, and for whom it is taken.
 *
 * @param host address or name
 * @param port TCP port
 * @param entry an account with all privileges; used to make the operator's own at each start
 * @param owner which node the engine belongs to once it was taken
 * @param existing what becomes of data that the engine holds when it is taken
 * @param connections makes connections to it
 * @param dialects of all kinds of engines that it may be
 */
public record ExternalEngineConfig(
        String host,
        int port,
        Credentials entry,
        EngineOwner owner,
        ExistingData existing,
        DataSourceFactory connections,
        List<ExternalDialect> dialects) {
    /** For people. */
    String place() {
        return host + ":" + port;
    }
}
