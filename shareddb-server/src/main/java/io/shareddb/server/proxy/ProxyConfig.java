package io.shareddb.server.proxy;

import java.time.Duration;

/**
 * How the proxy listens and what it allows. Start with {@link #of} and change with the {@code with} methods.
 *
 * @param host address to listen on
 * @param port TCP port; 0 takes a free one
 * @param whitelist where clients may come from
 * @param maxConnections clients at a time; further ones get 1040
 * @param eventLoops threads
 * @param handshakeTimeout from the connection to the end of the login
 * @param idleTimeout from one statement to the next, after which the client is hung up on
 * @param leaderWait how long a statement waits for a leader before it gets an error
 * @param ownWriteWait how long a local read waits for the session's last write before the leader serves it
 * @param maxPayloadBytes longest command of a client
 */
public record ProxyConfig(
        String host,
        int port,
        Whitelist whitelist,
        int maxConnections,
        int eventLoops,
        Duration handshakeTimeout,
        Duration idleTimeout,
        Duration leaderWait,
        Duration ownWriteWait,
        long maxPayloadBytes) {
    /** Defaults: 500 connections, 10 s for logins and for a leader, 8 h idle, 256 MB. */
    public static ProxyConfig of(String host, int port, Whitelist whitelist) {
        return new ProxyConfig(
                host,
                port,
                whitelist,
                500,
                Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors())),
                Duration.ofSeconds(10),
                Duration.ofHours(8),
                Duration.ofSeconds(10),
                Duration.ofMillis(500),
                256L << 20);
    }

    public ProxyConfig withMaxConnections(int newMaxConnections) {
        return new ProxyConfig(
                host,
                port,
                whitelist,
                newMaxConnections,
                eventLoops,
                handshakeTimeout,
                idleTimeout,
                leaderWait,
                ownWriteWait,
                maxPayloadBytes);
    }

    public ProxyConfig withTimeouts(Duration newHandshakeTimeout, Duration newIdleTimeout) {
        return new ProxyConfig(
                host,
                port,
                whitelist,
                maxConnections,
                eventLoops,
                newHandshakeTimeout,
                newIdleTimeout,
                leaderWait,
                ownWriteWait,
                maxPayloadBytes);
    }

    public ProxyConfig withWaits(Duration newLeaderWait, Duration newOwnWriteWait) {
        return new ProxyConfig(
                host,
                port,
                whitelist,
                maxConnections,
                eventLoops,
                handshakeTimeout,
                idleTimeout,
                newLeaderWait,
                newOwnWriteWait,
                maxPayloadBytes);
    }

    public ProxyConfig withMaxPayloadBytes(long newMaxPayloadBytes) {
        return new ProxyConfig(
                host,
                port,
                whitelist,
                maxConnections,
                eventLoops,
                handshakeTimeout,
                idleTimeout,
                leaderWait,
                ownWriteWait,
                newMaxPayloadBytes);
    }
}
