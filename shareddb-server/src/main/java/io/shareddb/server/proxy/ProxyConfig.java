package io.shareddb.server.proxy;

import io.shareddb.server.routing.Consistency;
import java.time.Duration;

/**
 * How the proxy listens and what it allows. Start with {@link #of} and change with the {@code with} methods.
 *
 * @param host address to listen on
 * @param port TCP port; 0 takes a free one
 * @param whitelist where clients may come from
 * @param eventLoops threads
 * @param consistency of reads on followers, where neither session nor statement says otherwise
 * @param limits how much clients may ask for
 * @param times how long anything may take
 * @param tls with clients
 */
public record ProxyConfig(
        String host,
        int port,
        Whitelist whitelist,
        int eventLoops,
        Consistency consistency,
        Limits limits,
        Times times,
        ClientTls tls) {
    /**
     * How much clients may ask for.
     *
     * @param maxConnections clients at a time; further ones get 1040
     * @param maxPayloadBytes longest command of a client
     */
    public record Limits(int maxConnections, long maxPayloadBytes) {}

    /**
     * How long anything may take.
     *
     * @param handshake from the connection to the end of the login
     * @param idle from one statement to the next, after which the client is hung up on
     * @param leaderWait how long a statement waits for a leader before it gets an error
     * @param ownWriteWait how long a local read waits for what it must see before the leader serves it
     */
    public record Times(Duration handshake, Duration idle, Duration leaderWait, Duration ownWriteWait) {}

    /** Defaults: no TLS, 500 connections, 10 s for logins and for a leader, 8 h idle, 256 MB. */
    public static ProxyConfig of(String host, int port, Whitelist whitelist) {
        return new ProxyConfig(
                host,
                port,
                whitelist,
                Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors())),
                Consistency.SESSION,
                new Limits(500, 256L << 20),
                new Times(Duration.ofSeconds(10), Duration.ofHours(8), Duration.ofSeconds(10), Duration.ofMillis(500)),
                ClientTls.NONE);
    }

    public ProxyConfig with(Limits newLimits) {
        return new ProxyConfig(host, port, whitelist, eventLoops, consistency, newLimits, times, tls);
    }

    public ProxyConfig with(Times newTimes) {
        return new ProxyConfig(host, port, whitelist, eventLoops, consistency, limits, newTimes, tls);
    }

    public ProxyConfig with(Consistency newConsistency) {
        return new ProxyConfig(host, port, whitelist, eventLoops, newConsistency, limits, times, tls);
    }

    public ProxyConfig with(ClientTls newTls) {
        return new ProxyConfig(host, port, whitelist, eventLoops, consistency, limits, times, newTls);
    }

    public ProxyConfig withMaxConnections(int maxConnections) {
        return with(new Limits(maxConnections, limits.maxPayloadBytes()));
    }

    public ProxyConfig withMaxPayloadBytes(long maxPayloadBytes) {
        return with(new Limits(limits.maxConnections(), maxPayloadBytes));
    }

    public ProxyConfig withTimeouts(Duration handshake, Duration idle) {
        return with(new Times(handshake, idle, times.leaderWait(), times.ownWriteWait()));
    }

    public ProxyConfig withWaits(Duration leaderWait, Duration ownWriteWait) {
        return with(new Times(times.handshake(), times.idle(), leaderWait, ownWriteWait));
    }
}
