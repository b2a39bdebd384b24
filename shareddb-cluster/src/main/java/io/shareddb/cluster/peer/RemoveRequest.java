package io.shareddb.cluster.peer;

/**
 * Asks the leader to remove a node, for good.
 *
 * @param node name or id
 * @param force also if too few of the others live to go on without it
 */
public record RemoveRequest(String node, boolean force) {}
