package io.shareddb.replication.engine;

import java.nio.file.Path;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Where an engine is and who we are there.
 *
 * @param host address or name
 * @param port TCP port, 1 to 65535
 * @param socket its Unix socket, where this machine has it and its path is known
 * @param account the operator's own account on the engine, with all privileges; also used to capture
 * @param administration connections of that account; the caller owns and closes it
 * @param managed this operator started the engine; otherwise options of its start cannot be relied upon, and others may be connected
 */
public record EngineAccess(
        String host, int port, Optional<Path> socket, Credentials account, DataSource administration, boolean managed) {
    /** The account's name where the operator makes it itself; clients may not touch it, snapshots leave it out. */
    public static final String OPERATOR = "shareddb_operator";
}
