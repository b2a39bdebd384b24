package io.shareddb.server.config;

import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.member.PeerAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which cluster a node belongs to.
 *
 * @param name nodes of a cluster of another name are refused
 * @param size nodes to wait for at the very first start, from 1
 * @param peers cluster APIs of the other nodes; may name this one
 * @param discovery where nodes are found beside those
 * @param leaderTimeout silence after which a leader is given up
 * @param kind what this node is there for
 * @param replaceAfter silence after which a voter is removed, if enough are left; empty: never
 * @param adopt name of the node whose database a new cluster begins with; empty: the only one that holds data
 * @param engineSyncs whether the leader's engine syncs each commit, although a majority's logs have it
 */
public record ClusterConfig(
        String name,
        int size,
        List<PeerAddress> peers,
        DiscoveryConfig discovery,
        Duration leaderTimeout,
        NodeKind kind,
        Optional<Duration> replaceAfter,
        String adopt,
        boolean engineSyncs) {
    public ClusterConfig {
        peers = List.copyOf(peers);
    }
}
