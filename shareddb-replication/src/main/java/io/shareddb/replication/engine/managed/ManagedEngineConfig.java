package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.DataSourceFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How an engine is run.
 *
 * @param directory the node's own; gets {@code data/}, {@code engine.log}, {@code engine.pid}
 * @param cache shared by all nodes of the machine; holds a template of fresh data per engine version
 * @param binaries the program
 * @param port TCP port on 127.0.0.1
 * @param clients the account that clients use; made with all privileges at the first start of a data directory
 * @param connections how the operator connects
 * @param bufferPoolMegabytes InnoDB's cache, at least 5
 * @param maxConnections client connections at once; the operator's own come on top
 * @param startTimeout until it must answer, recovery after a crash included
 * @param options more options of the program; they come last and win
 */
public record ManagedEngineConfig(
        Path directory,
        Path cache,
        EngineBinaries binaries,
        int port,
        Credentials clients,
        DataSourceFactory connections,
        int bufferPoolMegabytes,
        int maxConnections,
        Duration startTimeout,
        List<String> options) {
    public ManagedEngineConfig {
        directory = directory.toAbsolutePath().normalize();
        cache = cache.toAbsolutePath().normalize();
        options = List.copyOf(options);
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
        }
        if (bufferPoolMegabytes < 5) {
            throw new IllegalArgumentException("bufferPoolMegabytes: " + bufferPoolMegabytes + " (expected: >= 5)");
        }
        if (maxConnections < 10) {
            throw new IllegalArgumentException("maxConnections: " + maxConnections + " (expected: >= 10)");
        }
    }

    /** 128 MB of buffer pool, 1000 connections, 60 s to start. */
    public static ManagedEngineConfig of(
            Path directory,
            Path cache,
            EngineBinaries binaries,
            int port,
            Credentials clients,
            DataSourceFactory connections) {
        return new ManagedEngineConfig(
                directory, cache, binaries, port, clients, connections, 128, 1000, Duration.ofSeconds(60), List.of());
    }

    public ManagedEngineConfig withBufferPoolMegabytes(int megabytes) {
        return new ManagedEngineConfig(
                directory,
                cache,
                binaries,
                port,
                clients,
                connections,
                megabytes,
                maxConnections,
                startTimeout,
                options);
    }

    public ManagedEngineConfig withOptions(List<String> more) {
        return new ManagedEngineConfig(
                directory,
                cache,
                binaries,
                port,
                clients,
                connections,
                bufferPoolMegabytes,
                maxConnections,
                startTimeout,
                more);
    }
}
