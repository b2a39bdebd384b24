package io.shareddb.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The engine of a node.
 *
 * @param external where it is if somebody else runs it; empty: the node runs it, and the rest says how
 * @param relayHost the address under which an external engine reaches the node; empty: the one that its packets come from
 * @param binary the program to run; empty: the one that comes with Shared DB
 * @param jar with an engine to unpack when there is no {@code binary}; empty: the one on the class path
 * @param port its port on 127.0.0.1; empty: a free one, which is kept
 * @param memoryMegabytes InnoDB's cache, at least 16
 * @param cache where the engine that comes with Shared DB is unpacked; nodes share it
 */
public record EngineConfig(
        Optional<Place> external,
        Optional<String> relayHost,
        Optional<Path> binary,
        Optional<Path> jar,
        Optional<Integer> port,
        int memoryMegabytes,
        Path cache) {
    /**
     * Where an engine is.
     *
     * @param host name or address
     * @param port 1 to 65535
     */
    public record Place(String host, int port) {}
}
