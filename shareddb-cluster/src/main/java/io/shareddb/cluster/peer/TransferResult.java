package io.shareddb.cluster.peer;

import io.shareddb.replication.log.NodeId;

/**
 * Leadership has gone to another node, which may need a moment until it takes writes.
 *
 * @param leader who leads now
 */
public record TransferResult(NodeId leader) {}
