package io.shareddb.cluster.bootstrap;

import java.time.Duration;

/**
 * What the nodes of one cluster are told alike.
 *
 * @param clusterName a guard against mixing clusters up
 * @param clusterSize how many fresh nodes form the cluster, 1 to 9
 * @param period between two looks around
 * @param adopt name of the node whose database the cluster begins with; empty: the only one that holds data, if there is one
 */
public record FormationConfig(String clusterName, int clusterSize, Duration period, String adopt) {
    public FormationConfig {
        if (clusterName.isBlank()) {
            throw new IllegalArgumentException("clusterName: '" + clusterName + "' (expected: a name)");
        }
        if (clusterSize < 1 || clusterSize > 9) {
            throw new IllegalArgumentException("clusterSize: " + clusterSize + " (expected: 1 to 9)");
        }
    }
}
