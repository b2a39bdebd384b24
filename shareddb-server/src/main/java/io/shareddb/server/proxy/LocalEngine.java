package io.shareddb.server.proxy;

import io.shareddb.replication.engine.EngineFamily;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The engine of this node as clients' sessions use it.
 *
 * @param host address
 * @param port TCP port
 * @param socket its Unix socket; empty where there is none to be used
 * @param version as its greeting gives it, for example {@code 11.4.5-MariaDB-log}; becomes the proxy's own
 * @param family how its sessions are set up, waited for and killed, and what is refused
 */
public record LocalEngine(String host, int port, Optional<Path> socket, String version, EngineFamily family) {
    /** Where it is over TCP. */
    InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }
}
