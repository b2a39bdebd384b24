package io.shareddb.cluster.storage;

/** How a node's disk is, from good to bad. */
public enum DiskLevel {
    /** There is room. */
    OK,
    /** Somebody should look; the node keeps no more history than it must. */
    WARN,
    /** Too little room: nothing more is to be written while it is so. */
    REFUSE,
    /** It cannot be written, or does not answer. */
    FAILED;

    /** Whether there is to be a write. */
    public boolean takesWrites() {
        return this == OK || this == WARN;
    }
}
