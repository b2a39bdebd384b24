package io.shareddb.cluster.bootstrap;

import io.shareddb.replication.engine.FoundEngine;
import java.util.Optional;

/** The engine of a node that is in no cluster yet. Thread-safe. */
public interface OwnEngine {
    /** What it was at the last look; empty while that is not known. */
    Optional<FoundEngine> found();

    /** Begins to read what it holds, because another node's engine holds data as well; at once. Can be repeated. */
    void compare();
}
