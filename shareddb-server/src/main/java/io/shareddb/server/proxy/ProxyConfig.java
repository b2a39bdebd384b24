package io.shareddb.server.proxy;

import io.shareddb.server.routing.Consistency;
import java.time.Duration;

/**
 * How the proxy listens and what it allows. Start with {@link #of} and change with the {@code with} methods.
 *
 * @param host address to listen on
 * @param port TCP port; 0 takes a free one
 * @param clients where they may come from
 * @param eventLoops threads
 * @param consistency of reads on followers, where neither session nor statement says otherwise
 * @param limits how much clients may ask for
 * @param times how long anything may take
 * @param tls with clients
 */
public record ProxyConfig(
        String host,
        int port,
        ClientAddresses clients,
        int eventLoops,
        Consistency consistency,
        Limits limits,
        Times times,
        ClientTls tls) {
    /**
     * How much clients may ask for.
     *
     * @param maxConnections clients at a time; further ones get 1040
     * @param maxPerAddress clients at a time from one address; further ones get 1226; 0 for no such limit
     * @param maxUnauthenticated connections at a time that have not logged in yet; further ones get 1040
     * @param maxPayloadBytes longest command of a client
     */
    public record Limits(int maxConnections, int maxPerAddress, int maxUnauthenticated, long maxPayloadBytes) {}

    /**
     * How long anything may take.
     *
     * @param handshake from the connection to the end of the login
     * @param idle from one statement to the next, after which the client is hung up on
     * @param interactiveIdle the same for clients with {@code INTERACTIVE}
     * @param slowReader for which a client takes nothing of what waits for it, after which it is hung up on
     * @param engineIdle from one statement to the next, after which the session gives its connections to engines back
     * @param leaderWait how long a statement waits for a leader before it gets an error
     * @param ownWriteWait how long a local read waits for what it must see before the leader serves it
     */
    public record Times(
            Duration handshake,
            Duration idle,
            Duration interactiveIdle,
            Duration slowReader,
            Duration engineIdle,
            Duration leaderWait,
            Duration ownWriteWait) {}

    /**
     * Defaults: no TLS, 6000 connections, 1000 before the login, 10 s for logins and for a leader, 8 h idle and 10 s with a connection
     * to the engine, a minute for slow readers, 256 MB.
     */
    public static ProxyConfig of(String host, int port, ClientAddresses clients) {
        return new ProxyConfig(
                host,
                port,
                clients,
                Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors())),
                Consistency.SESSION,
                new Limits(6000, 0, 1000, 256L << 20),
                new Times(
                        Duration.ofSeconds(10),
                        Duration.ofHours(8),
                        Duration.ofHours(8),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofMillis(500)),
                ClientTls.NONE);
    }

    public ProxyConfig with(Limits newLimits) {
        return new ProxyConfig(host, port, clients, eventLoops, consistency, newLimits, times, tls);
    }

    public ProxyConfig with(Times newTimes) {
        return new ProxyConfig(host, port, clients, eventLoops, consistency, limits, newTimes, tls);
    }

    public ProxyConfig with(Consistency newConsistency) {
        return new ProxyConfig(host, port, clients, eventLoops, newConsistency, limits, times, tls);
    }

    public ProxyConfig with(ClientTls newTls) {
        return new ProxyConfig(host, port, clients, eventLoops, consistency, limits, times, newTls);
    }

    public ProxyConfig withMaxConnections(int maxConnections) {
        return with(new Limits(
                maxConnections, limits.maxPerAddress(), limits.maxUnauthenticated(), limits.maxPayloadBytes()));
    }

    public ProxyConfig withMaxPayloadBytes(long maxPayloadBytes) {
        return with(new Limits(
                limits.maxConnections(), limits.maxPerAddress(), limits.maxUnauthenticated(), maxPayloadBytes));
    }

    public ProxyConfig withTimeouts(Duration handshake, Duration idle) {
        return with(new Times(
                handshake,
                idle,
                idle,
                times.slowReader(),
                times.engineIdle(),
                times.leaderWait(),
                times.ownWriteWait()));
    }

    public ProxyConfig withMaxPerAddress(int maxPerAddress) {
        return with(new Limits(
                limits.maxConnections(), maxPerAddress, limits.maxUnauthenticated(), limits.maxPayloadBytes()));
    }

    public ProxyConfig withMaxUnauthenticated(int maxUnauthenticated) {
        return with(new Limits(
                limits.maxConnections(), limits.maxPerAddress(), maxUnauthenticated, limits.maxPayloadBytes()));
    }

    /** For clients that do not read, and for sessions that keep a connection to the engine without using it. */
    public ProxyConfig withPatience(Duration slowReader, Duration engineIdle) {
        return with(new Times(
                times.handshake(),
                times.idle(),
                times.interactiveIdle(),
                slowReader,
                engineIdle,
                times.leaderWait(),
                times.ownWriteWait()));
    }

    public ProxyConfig withWaits(Duration leaderWait, Duration ownWriteWait) {
        return with(new Times(
                times.handshake(),
                times.idle(),
                times.interactiveIdle(),
                times.slowReader(),
                times.engineIdle(),
                leaderWait,
                ownWriteWait));
    }
}
