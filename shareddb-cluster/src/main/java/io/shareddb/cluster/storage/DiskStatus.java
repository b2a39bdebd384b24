package io.shareddb.cluster.storage;

/**
 * The disk of a node's data directory.
 *
 * @param level how it is
 * @param freeBytes what is left for the node
 * @param totalBytes its size
 * @param logBytes what the replicated log takes of it
 */
public record DiskStatus(DiskLevel level, long freeBytes, long totalBytes, long logBytes) {}
