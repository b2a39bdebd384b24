package io.shareddb.replication.engine;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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

    /** Where to connect, the cheaper way first: its Unix socket, where there is one, then TCP. */
    public List<SocketAddress> addresses() {
        return Stream.concat(
                        socket.map(UnixDomainSocketAddress::of).stream(), Stream.of(new InetSocketAddress(host, port)))
                .toList();
    }
}
