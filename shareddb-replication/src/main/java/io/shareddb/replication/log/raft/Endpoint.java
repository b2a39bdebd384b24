package io.shareddb.replication.log.raft;

import io.microraft.RaftEndpoint;
import io.shareddb.replication.log.NodeId;

/** A node as the library knows it. */
record Endpoint(NodeId id) implements RaftEndpoint {
    @Override
    public Object getId() {
        return id;
    }

    static NodeId id(RaftEndpoint endpoint) {
        return ((Endpoint) endpoint).id();
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
