package io.shareddb.cluster.peer;

/** Says how this node does. Thread-safe, does not block. */
@FunctionalInterface
public interface NodeStatusSource {
    NodeStatus status();
}
