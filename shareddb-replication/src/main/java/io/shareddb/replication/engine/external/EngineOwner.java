package io.shareddb.replication.engine.external;

/**
 * Whose an engine is.
 *
 * @param cluster the cluster's id
 * @param node the node's id
 */
public record EngineOwner(String cluster, String node) {
    @Override
    public String toString() {
        return "node " + node + " of cluster " + cluster;
    }
}
