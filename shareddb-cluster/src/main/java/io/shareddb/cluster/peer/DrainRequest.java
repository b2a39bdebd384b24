package io.shareddb.cluster.peer;

/**
 * Asks a node to leave leadership to others, until this is taken back or its process ends.
 *
 * @param node name or id of the node
 * @param on false takes it back
 */
public record DrainRequest(String node, boolean on) {}
