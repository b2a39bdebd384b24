package io.shareddb.cluster.peer;

import io.shareddb.replication.engine.EngineKind;

/**
 * The engine of a node, for people.
 *
 * @param product {@code MariaDB} or {@code MySQL}
 * @param version as the engine gives it
 * @param pid its process, 0 when it does not run or is not ours
 * @param port its TCP port
 */
public record EngineSummary(String product, String version, long pid, int port) {
    /** As far as it matters to other nodes. */
    public EngineKind kind() {
        return EngineKind.of(product, version);
    }
}
