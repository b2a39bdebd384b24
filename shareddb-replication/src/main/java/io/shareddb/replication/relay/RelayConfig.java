package io.shareddb.replication.relay;

import java.time.Duration;

/**
 * How an engine is fed.
 *
 * @param host address to listen on, which the engine can reach
 * @param port TCP port; 0: any
 * @param maxFileBytes when the file that we pretend to send gets that large, the next one is begun; at most 2^31, because positions
 *     in it have 32 bits
 * @param maxUnsentBytes how much may wait in memory for the engine to read it
 * @param maxWait how long an engine that seems to hold more than the history is kept waiting: after a restart this node may not
 *     know yet how far the history goes
 */
public record RelayConfig(String host, int port, long maxFileBytes, int maxUnsentBytes, Duration maxWait) {
    public RelayConfig {
        if (maxFileBytes < 1 || maxFileBytes > 1L << 31) {
            throw new IllegalArgumentException("maxFileBytes: " + maxFileBytes + " (expected: 1 to 2^31)");
        }
    }

    /** Any port of 127.0.0.1, 1 GB, 4 MB, 10 s. */
    public static RelayConfig onLoopback() {
        return new RelayConfig("127.0.0.1", 0, 1 << 30, 4 << 20, Duration.ofSeconds(10));
    }

    /** The same on another address. */
    public RelayConfig withHost(String other) {
        return new RelayConfig(other, port, maxFileBytes, maxUnsentBytes, maxWait);
    }
}
