package io.shareddb.replication.engine.external;

/**
 * Whose an engine is.
 *
 * @param cluster the cluster's id
 * @param node the node's id
 * @param formerNode the id that the node had before; empty: none
 */
public record EngineOwner(String cluster, String node, String formerNode) {
    /** A node that never had another id. */
    public EngineOwner(String cluster, String node) {
        this(cluster, node, "");
    }

    /** Whether an engine of {@code found} is this one's. */
    boolean owns(EngineOwner found) {
        return found.cluster.equals(cluster) && (found.node.equals(node) || found.node.equals(formerNode));
    }

    @Override
    public String toString() {
        return "node " + node + " of cluster " + cluster;
    }
}
