package io.shareddb.cluster.storage;

/** How a node's disk is, from good to bad. */
public enum DiskLevel {
    /** There is room. */
    OK,
    /** Somebody should look; the node keeps no more history than it must. */
    WARN,
    /** Nothing more is to be written while it is so. */
    REFUSE
}
