package io.shareddb.server.proxy;

import io.shareddb.replication.engine.EngineFamily;

/**
 * The engine of this node as clients' sessions use it.
 *
 * @param host address
 * @param port TCP port
 * @param version as its greeting gives it, for example {@code 11.4.5-MariaDB-log}; becomes the proxy's own
 * @param family how its sessions are set up, waited for and killed, and what is refused
 */
public record LocalEngine(String host, int port, String version, EngineFamily family) {}
