package io.shareddb.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The engine that a node manages.
 *
 * @param binary the program to run; empty: the one that comes with Shared DB
 * @param jar with an engine to unpack when there is no {@code binary}; empty: the one on the class path
 * @param port its port on 127.0.0.1; empty: a free one, which is kept
 * @param cache where the engine that comes with Shared DB is unpacked; nodes share it
 */
public record EngineConfig(Optional<Path> binary, Optional<Path> jar, Optional<Integer> port, Path cache) {}
