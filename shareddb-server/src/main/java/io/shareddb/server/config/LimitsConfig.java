package io.shareddb.server.config;

import java.time.Duration;

/**
 * What clients may take.
 *
 * @param maxConnections clients at a time
 * @param maxConnectionsPerAddress clients at a time from one address; 0 for no such limit
 * @param maxUnauthenticated connections at a time that have not logged in yet
 * @param maxPacketMegabytes longest command
 * @param handshake from the connection to the end of the login
 * @param idle from one command to the next, after which a client is hung up on
 * @param interactiveIdle the same for clients that say that a person types the commands
 * @param slowReader for which a client takes nothing of its answer, after which it is hung up on
 * @param engineIdle from one command to the next, after which a session gives its connection to the engine back
 */
public record LimitsConfig(
        int maxConnections,
        int maxConnectionsPerAddress,
        int maxUnauthenticated,
        int maxPacketMegabytes,
        Duration handshake,
        Duration idle,
        Duration interactiveIdle,
        Duration slowReader,
        Duration engineIdle) {}
